import Foundation
import Jobs
import Synchronization

@testable import Service

/// An engine's folders, without the engine.
final class MemoryFolders: FolderStore {
    private struct Entry {
        var folder: PublishedFolder
        var contents: [String: Data]
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var failure: (any Error)?
        var fetchFailure: (any Error)?
        var fetches = 0
    }

    private let state = Mutex(State())

    /// What asking for anything fails with.
    var failure: (any Error)? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }

    /// What fetching fails with, after some of the files.
    var fetchFailure: (any Error)? {
        get { state.withLock { $0.fetchFailure } }
        set { state.withLock { $0.fetchFailure = newValue } }
    }

    /// How often a folder was fetched, or tried to be.
    var fetches: Int { state.withLock { $0.fetches } }

    func publish(
        _ name: String, files: [String: String], details: Data, progress: @escaping @Sendable (Int) -> Void
    ) async throws -> PublishedFolder {
        if let failure { throw failure }
        let contents = try files.mapValues { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        let listed = contents.map { path, data in
            PublishedFolder.File(path: path, bytes: data.count, digest: Self.hash(data))
        }
        let folder = try PublishedFolder(name: name, files: listed, details: details, hash: Self.hash)
        progress(folder.bytes)
        state.withLock { $0.entries[name] = Entry(folder: folder, contents: contents) }
        return folder
    }

    func published() async throws -> [PublishedFolder] {
        if let failure { throw failure }
        return state.withLock { state in state.entries.values.map(\.folder).sorted { $0.name < $1.name } }
    }

    func fetch(_ folder: PublishedFolder, to path: String) async throws {
        let (entry, failure) = state.withLock { state in
            state.fetches += 1
            return (state.entries[folder.name], state.failure ?? state.fetchFailure)
        }
        guard let entry, entry.folder == folder else {
            throw JobsError(.conflict, folder.name, found: "changed meanwhile")
        }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        for (name, data) in entry.contents.sorted(by: { $0.key < $1.key }) {
            if let failure { throw failure }
            let file = URL(fileURLWithPath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: file)
        }
    }

    func remove(_ name: String) async throws -> Bool {
        if let failure { throw failure }
        return state.withLock { $0.entries.removeValue(forKey: name) != nil }
    }

    private static func hash(_ data: Data) -> String { SHA256Digest.hexadecimal(bytes: data) }
}
