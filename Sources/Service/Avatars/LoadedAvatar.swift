import Engine
import Foundation
import Synchronization

/// An avatar whose checkpoints are read, with the renderer that all its jobs share.
final class LoadedAvatar: Sendable {
    let avatar: Avatar
    /// Knows what was learnt about the avatar so far.
    private let renderer: AcceleratedRenderer
    private let cache: String
    /// Whether somebody is learning; the others wait, for they would learn the same.
    private let isLearning = Mutex(false)

    /// - Parameter cache: the folder where what is learnt is kept.
    init(_ avatar: Avatar, cache: String, precision: Precision, threads: Int) throws(EngineError) {
        self.avatar = avatar
        self.cache = cache
        renderer = try AcceleratedRenderer(
            avatar: avatar, precision: precision, threads: threads, cache: ShortcutFile(avatar: avatar, folder: cache))
    }

    /// Learns what may be skipped in a video's frames, and keeps it in a file of the video's own, so that every frame is made
    /// alike, whoever renders it, and whatever is learnt from other videos meanwhile.
    ///
    /// - Parameters:
    ///   - frames: some of the video's.
    ///   - path: the video's own file.
    /// - Returns: what the strategy in force was measured to be worth.
    /// - Throws: `.canceled`.
    func learn(
        from frames: [FrameRequest], keepingIn path: String, isCanceled: @Sendable () -> Bool
    ) throws -> Certificate? {
        try takeTurn(isCanceled)
        defer { isLearning.withLock { $0 = false } }
        try renderer.prepare(for: frames, report: { _ in }, isCanceled: isCanceled)
        guard let camera = frames.first?.camera else { return nil }
        try renderer.save(to: ShortcutFile(avatar: avatar, path: path))
        return renderer.certificate(for: camera)
    }

    /// One frame by itself.
    ///
    /// - Throws: `.canceled`.
    func preview(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Frame {
        try takeTurn(isCanceled)
        defer { isLearning.withLock { $0 = false } }
        try renderer.prepare(for: [request], report: { _ in }, isCanceled: isCanceled)
        return try renderer.render(request, isCanceled: isCanceled)
    }

    /// A renderer for a video that `learn` was called for.
    func renderer(keptIn path: String, camera: Camera) -> AcceleratedRenderer {
        let own = AcceleratedRenderer(sharing: renderer, cache: ShortcutFile(avatar: avatar, path: path))
        _ = own.resume(for: camera)
        return own
    }

    private func takeTurn(_ isCanceled: @Sendable () -> Bool) throws {
        while true {
            let isMine = isLearning.withLock { isLearning in
                defer { isLearning = true }
                return !isLearning
            }
            if isMine { return }
            if isCanceled() { throw EngineError(.canceled, avatar.name, found: "cancelled") }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }
}
