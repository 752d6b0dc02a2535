import Engine
import Foundation
import Studio

/// Bakes with the engine, beside the avatar or, where that cannot be written, in a folder of the server's.
struct EngineWorkshop: BakeWorkshop {
    /// For baked files, and for what is learnt about avatars.
    let folder: String
    /// To bake with.
    let bakeThreads: Int
    /// To render a frame with.
    let renderThreads: Int

    func stamp(of avatar: Avatar) -> String {
        BakeShelf(avatar, folder: folder).existing.map { path in
            var facts = stat()
            guard stat(path, &facts) == 0 else { return "" }
            return "\(path) \(facts.st_ino) \(facts.st_size) \(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
        }.joined(separator: "\n")
    }

    func open(_ avatar: Avatar) throws -> OpenBake? {
        guard let (path, baked) = try BakeShelf(avatar, folder: folder).open() else { return nil }
        return opened(path, baked)
    }

    func open(_ avatar: Avatar, path: String) throws -> OpenBake {
        opened(path, try BakedAvatar(path: path, avatar: avatar))
    }

    func bake(
        _ avatar: Avatar, report: (BakeProgress) -> Void, isCanceled: @Sendable () -> Bool
    ) throws {
        let path = try BakeShelf(avatar, folder: folder).placeToWrite()
        let baker = try Baker(
            avatar, settings: BakeSettings(), threads: bakeThreads, cache: ShortcutFile(avatar: avatar, folder: folder))
        _ = try baker.bake(to: path, report: report, isCanceled: isCanceled)
    }

    private func opened(_ path: String, _ baked: BakedAvatar) -> OpenBake {
        let threads = renderThreads
        return OpenBake(path: path, digest: baked.digest, bytes: baked.bytes, report: baked.report) {
            RealTimeRenderer(baked, threads: threads)
        }
    }
}
