import Engine
import Foundation
import Logging
import Media
import Synchronization

/// The avatars of some folders: each folder in them is one, named like it. Of two of one name, that of the earlier folder
/// counts.
///
/// The folders are looked at anew on every asking, so that avatars come and go without a restart; checkpoints are read once and
/// again when their files change.
final class AvatarLibrary: Sendable {
    private let folders: [String]
    private let cache: String
    private let precision: Precision
    private let threads: Int
    private let loaded = Mutex<[String: Entry]>([:])
    /// How often an avatar is read whose files change meanwhile, as while somebody copies it.
    private static let attempts = 3

    private struct Entry {
        /// Changes when the avatar's folder does, or a file in it.
        var stamp: String
        var result: Result<LoadedAvatar, EngineError>
        var facts: AvatarFacts
    }

    /// - Parameters:
    ///   - folder: the operator's, of avatars.
    ///   - more: of avatars, too; they need not be there yet.
    ///   - cache: where what is learnt about them is kept.
    ///   - threads: for one frame.
    /// - Throws: `.unreadable` if there is no such folder.
    init(
        folder: String, and more: [String] = [], cache: String, precision: Precision, threads: Int
    ) throws(EngineError) {
        guard Self.isFolder(folder) else {
            throw EngineError(
                .unreadable, folder, found: "no such folder", expected: "a folder whose folders are avatars",
                remedy: "correct --avatars")
        }
        folders = [folder] + more
        self.cache = cache
        self.precision = precision
        self.threads = threads
    }

    /// Names of all avatars, whether they can speak or not, in alphabetical order.
    func names() -> [String] {
        let names = folders.flatMap { folder in
            let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return entries.filter { Self.isName($0) && Self.isFolder("\(folder)/\($0)") }
        }
        return Set(names).sorted()
    }

    /// What is in an avatar's folder and what is wrong with it; nil if there is no such avatar.
    func facts(of name: String) -> AvatarFacts? {
        entry(name)?.facts
    }

    /// An avatar ready to speak.
    ///
    /// - Throws: what is wrong with it; `.unreadable` if there is no such avatar.
    func avatar(_ name: String) throws(EngineError) -> LoadedAvatar {
        guard let entry = entry(name) else {
            let known = names().joined(separator: ", ")
            throw EngineError(
                .unreadable, "avatar", found: "'\(name)'", expected: known.isEmpty ? "an avatar" : "one of: \(known)",
                remedy: "GET /v1/avatars lists them")
        }
        return try entry.result.get()
    }

    /// An error's text with files named from the server's folders on: clients see it, and where those are is not theirs.
    func publicText(_ text: String) -> String {
        (folders + [cache]).reduce(text) { $0.replacing("\($1)/", with: "") }
    }

    private func entry(_ name: String) -> Entry? {
        guard Self.isName(name) else { return nil }
        // Held while checkpoints are read, so that they are read once; that takes a fraction of a second.
        return loaded.withLock { loaded in
            // An avatar that is replaced while it is read is read again.
            for _ in 1...Self.attempts {
                guard let path = folders.map({ "\($0)/\(name)" }).first(where: Self.isFolder) else {
                    loaded[name] = nil
                    return nil
                }
                let stamp = Self.stamp(of: path)
                if let known = loaded[name], known.stamp == stamp { return known }
                let result = Result { () throws(EngineError) in try load(path) }
                var facts = AvatarFolder.examine(path: path, decodeImage: PictureFile.read)
                facts.problems = facts.problems.map(publicText)
                loaded[name] = Entry(stamp: stamp, result: result, facts: facts)
            }
            return loaded[name]
        }
    }

    /// - Throws: what is wrong, with files named from the folder of avatars on: clients see it, and the rest is not theirs.
    private func load(_ path: String) throws(EngineError) -> LoadedAvatar {
        do throws(EngineError) {
            let avatar = try AvatarFolder.load(path: path, decodeImage: PictureFile.read)
            return try LoadedAvatar(avatar, cache: cache, precision: precision, threads: threads)
        } catch {
            throw EngineError(
                error.code, publicText(error.subject), found: error.found, expected: error.expected,
                remedy: error.remedy)
        }
    }

    /// Names come from URLs: they never leave the folder.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && !name.contains("/") && !name.contains("\0")
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Names, sizes and times of all files, two levels deep as the release lays them out.
    private static func stamp(of folder: String) -> String {
        guard let files = FileManager.default.enumerator(atPath: folder) else { return "" }
        var parts = [folder]
        while let file = files.nextObject() as? String {
            guard !file.hasPrefix(".adnerf"), let facts = files.fileAttributes else { continue }
            let time = (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            parts.append("\(file) \(facts[.size] ?? 0) \(time)")
        }
        return parts.sorted().joined(separator: "\n")
    }
}
