import Engine
import Foundation
import Logging
import Media
import Synchronization

/// The avatars of a folder: each folder in it is one, named like it.
///
/// The folder is looked at anew on every asking, so that avatars come and go without a restart; checkpoints are read once and
/// again when their files change.
final class AvatarLibrary: Sendable {
    private let folder: String
    private let cache: String
    private let precision: Precision
    private let threads: Int
    private let loaded = Mutex<[String: Entry]>([:])

    private struct Entry {
        /// Changes when a file of the avatar's does.
        var stamp: String
        var result: Result<LoadedAvatar, EngineError>
        var facts: AvatarFacts
    }

    /// - Parameters:
    ///   - folder: of avatars.
    ///   - cache: where what is learnt about them is kept.
    ///   - threads: for one frame.
    /// - Throws: `.unreadable` if there is no such folder.
    init(folder: String, cache: String, precision: Precision, threads: Int) throws(EngineError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw EngineError(
                .unreadable, folder, found: "no such folder", expected: "a folder whose folders are avatars",
                remedy: "correct --avatars")
        }
        self.folder = folder
        self.cache = cache
        self.precision = precision
        self.threads = threads
    }

    /// Names of all avatars, whether they can speak or not, in alphabetical order.
    func names() -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return entries.filter { Self.isName($0) && Self.isFolder("\(folder)/\($0)") }.sorted()
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
        text.replacing("\(folder)/", with: "").replacing("\(cache)/", with: "")
    }

    private func entry(_ name: String) -> Entry? {
        guard Self.isName(name), Self.isFolder("\(folder)/\(name)") else { return nil }
        let path = "\(folder)/\(name)"
        let stamp = Self.stamp(of: path)
        // Held while checkpoints are read, so that they are read once; that takes a fraction of a second.
        return loaded.withLock { loaded in
            if let known = loaded[name], known.stamp == stamp { return known }
            let result = Result { () throws(EngineError) in try load(path) }
            var facts = AvatarFolder.examine(path: path, decodeImage: PictureFile.read)
            facts.problems = facts.problems.map { $0.replacing("\(folder)/", with: "") }
            let entry = Entry(stamp: stamp, result: result, facts: facts)
            loaded[name] = entry
            return entry
        }
    }

    /// - Throws: what is wrong, with files named from the folder of avatars on: clients see it, and the rest is not theirs.
    private func load(_ path: String) throws(EngineError) -> LoadedAvatar {
        do throws(EngineError) {
            let avatar = try AvatarFolder.load(path: path, decodeImage: PictureFile.read)
            return try LoadedAvatar(avatar, cache: cache, precision: precision, threads: threads)
        } catch {
            throw EngineError(
                error.code, error.subject.replacing("\(folder)/", with: ""), found: error.found,
                expected: error.expected, remedy: error.remedy)
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
        var parts: [String] = []
        while let file = files.nextObject() as? String {
            guard !file.hasPrefix(".adnerf"), let facts = files.fileAttributes else { continue }
            let time = (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            parts.append("\(file) \(facts[.size] ?? 0) \(time)")
        }
        return parts.sorted().joined(separator: "\n")
    }
}
