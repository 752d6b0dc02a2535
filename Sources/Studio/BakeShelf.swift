import Engine
import Foundation

/// Where an avatar's baked file lies, or is to lie: the first place that works.
public struct BakeShelf: Sendable {
    private let avatar: Avatar
    /// In the order in which they are looked at.
    public let paths: [String]

    /// - Parameter folder: where to look besides the avatar's own folder; nil for the user's cache.
    public init(_ avatar: Avatar, folder: String? = nil) {
        self.init(avatar, paths: BakedAvatar.paths(of: avatar, folder: folder))
    }

    public init(_ avatar: Avatar, paths: [String]) {
        self.avatar = avatar
        self.paths = paths
    }

    /// The files that are there, whether they are any good or not.
    public var existing: [String] {
        paths.filter(FileManager.default.fileExists)
    }

    /// Opens the first file that is good.
    ///
    /// - Returns: nil if there is no file at all.
    /// - Throws: what is wrong with the first file if none is good.
    public func open() throws(EngineError) -> (path: String, baked: BakedAvatar)? {
        var failure: EngineError?
        for path in existing {
            do throws(EngineError) {
                return (path, try BakedAvatar(path: path, avatar: avatar))
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return nil
    }

    /// Opens the first file that is good.
    ///
    /// - Throws: `.unreadable` if there is no file at all; what is wrong with the first file if none is good.
    public func require() throws(EngineError) -> BakedAvatar {
        if let found = try open() { return found.baked }
        throw EngineError(
            .unreadable, avatar.name, found: "not baked yet", expected: "a baked file for real time",
            remedy: "run 'adnerf bake \(avatar.folder)' first, or render with --quality exact")
    }

    /// The first place that can be written to; its folder is made if need be.
    ///
    /// - Throws: `.unwritable` if there is none.
    public func placeToWrite() throws(EngineError) -> String {
        for path in paths {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if access(folder, W_OK | X_OK) == 0 { return path }
        }
        throw EngineError(
            .unwritable, avatar.name,
            found: paths.isEmpty ? "no place for a baked file" : "no folder that can be written to",
            expected: paths.joined(separator: " or "), remedy: "name another place")
    }
}
