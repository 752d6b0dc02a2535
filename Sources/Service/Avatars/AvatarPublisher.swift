import Engine
import Foundation
import Jobs
import Logging
import Studio

#if NATS
import NATSJobs
#endif

/// Publishes avatars to an engine, where all that share it find them: `adnerf avatar`.
public struct AvatarPublisher: Sendable {
    private let store: any FolderStore
    private let clock: JobClock
    private let end: @Sendable () async -> Void

    init(store: any FolderStore, clock: JobClock = .system, end: @escaping @Sendable () async -> Void = {}) {
        self.store = store
        self.clock = clock
        self.end = end
    }

    /// - Throws: `EngineError` `.unsupported` where this program was built without engines; `JobsError` when the engine
    ///   cannot be reached or used.
    public static func open(_ settings: ServiceSettings) async throws -> AvatarPublisher {
        #if NATS
        let logger = Logger(label: "adnerf") { LineLogHandler(label: $0, format: settings.logFormat) }
        let folders = try await NATSFolders.open(NATSSettings(settings), logger: logger)
        return AvatarPublisher(store: folders.store) { await folders.close() }
        #else
        throw EngineError.builtWithoutEngines
        #endif
    }

    /// Publishes an avatar, with its baked file if there is one, in the place of what had its name.
    ///
    /// - Parameters:
    ///   - folder: the avatar's.
    ///   - name: nil for the folder's.
    ///   - shelves: folders where its baked file is looked for after its own; nil in it stands for the user's cache.
    ///   - note: told what is worth knowing, a line each.
    ///   - progress: told how many bytes of how many are stored.
    /// - Throws: what is wrong with the avatar; as `FolderStore.publish`.
    public func push(
        _ folder: String, as name: String?, shelves: [String?] = [nil], note: @Sendable (String) -> Void = { _ in },
        progress: @escaping @Sendable (_ bytes: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> PublishedAvatar {
        let contents = try await Blocking.run { try AvatarContents(of: folder, shelves: shelves) }
        if let problem = contents.bakeProblem { note("\(problem); it is published without a baked file") }
        let total = contents.files.values.reduce(0) { $0 + Self.size($1) }
        let details = AvatarDetails(
            fingerprint: contents.avatar.fingerprint, isBaked: contents.isBaked,
            time: clock.now().timeIntervalSince1970.rounded(.down))
        return PublishedAvatar(
            try await store.publish(
                name ?? contents.avatar.name, files: contents.files, details: try JSONEncoder().encode(details)
            ) { progress($0, total) })
    }

    /// By name.
    public func list() async throws -> [PublishedAvatar] {
        try await store.published().map { PublishedAvatar($0) }
    }

    /// - Throws: `.notFound` if there is none.
    public func remove(_ name: String) async throws {
        guard try await store.remove(name) else {
            let known = try await list().map(\.name).joined(separator: ", ")
            throw JobsError(
                .notFound, name, found: "no published avatar of that name",
                expected: known.isEmpty ? "" : "one of: \(known)",
                remedy: "'adnerf avatar list' tells what is published")
        }
    }

    /// Ends the connection.
    public func close() async { await end() }

    private static func size(_ path: String) -> Int {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
    }
}
