#if NATS

import Foundation
import Jobs
import Logging

extension JobBackend {
    /// Streams of a NATS cluster, shared by any number of programs on any number of machines.
    ///
    /// - Parameters:
    ///   - folder: where this program keeps what it has fetched and what is unfinished; made when missing, emptied at the
    ///     start, and used by one program at a time.
    ///   - settings: of which the retention of records and the number of an owner's open jobs count here.
    /// - Throws: `.unavailable` when no server can be reached, `.notPermitted` when they refuse us, `.unsuitable` when they
    ///   are too old, without JetStream or with too small a `max_payload`, `.folderInUse`, `.invalid`.
    public static func nats(
        _ nats: NATSSettings, folder: String, settings: JobEngineSettings, clock: JobClock = .system, logger: Logger
    ) async throws -> JobBackend {
        try nats.check()
        let calls = BlockingCalls(label: "nats.files", threads: 4)
        let cache = try await calls.run { try FileCache(folder) }
        do {
            let connection = try await calls.run { try NATSConnection(nats) }
            do {
                return try await open(connection, cache, calls, nats, settings, clock, logger)
            } catch {
                await connection.close()
                throw error
            }
        } catch {
            // At once, for whoever tries again, and not when the last reference goes.
            cache.unlock()
            throw (error as? NATSFailure)?.error("engine") ?? error
        }
    }

    private static func open(
        _ connection: NATSConnection, _ cache: FileCache, _ calls: BlockingCalls, _ nats: NATSSettings,
        _ settings: JobEngineSettings, _ clock: JobClock, _ logger: Logger
    ) async throws -> JobBackend {
        try await connection.checkServer(minimumPayload: PieceStore.minimumPayload)
        let claims = NATSClaims(connection: connection, stream: nats.stream("claims"))
        let store = NATSJobStore(
            nats.stream("records", echoed: true), connection, claims: claims, clock: clock,
            recordRetention: settings.recordRetention,
            logger: logger)
        let queue = NATSWorkQueue(
            nats.stream("work", echoed: true), connection, claims: claims, openJobsPerOwner: settings.openJobsPerOwner,
            clock: clock,
            logger: logger)
        let pieces = PieceStore(connection: connection, stream: nats.stream("blobs"), calls: calls)
        let segments = NATSSegmentStore(
            connection: connection, stream: nats.stream("segments"), pieces: pieces, cache: cache, calls: calls)
        let blobs = NATSBlobStore(connection: connection, pieces: pieces, cache: cache, calls: calls)
        let folders = NATSFolderStore(
            connection: connection,
            pieces: PieceStore(connection: connection, stream: nats.stream("folders"), calls: calls), calls: calls,
            logger: logger)
        try await connection.ensure(segments.stream, logger: logger)
        try await connection.ensure(pieces.stream, logger: logger)
        try await connection.ensure(folders.pieces.stream, logger: logger)
        let maintenance = NATSMaintenance(
            connection: connection, store: store, queue: queue, segments: segments, blobs: blobs,
            cacheBytes: nats.cacheBytes,
            clock: clock,
            logger: logger)
        let usage = NATSUsage(
            connection, streams: [segments.stream.name, pieces.stream.name], folder: cache.path)
        let nodes: NATSNodeDirectory
        do {
            nodes = try await NATSNodeDirectory(connection, prefix: "\(nats.name).nodes.", clock: clock)
        } catch let failure as NATSFailure {
            throw failure.error("nodes")
        }
        let changes = store.changes()
        let tasks = [
            try await store.open(), try await queue.open(), Task { await maintenance.run() },
            Task { await maintenance.dropCachedFiles(changes) },
        ]
        return JobBackend(
            store: store, queue: queue, segments: segments, blobs: blobs, deliveries: NATSDeliveryStore(store: store),
            nodes: nodes, folders: folders, shared: { try await store.shared($0, $1) },
            temporaryFolder: cache.temporary, uploadFolder: cache.uploads,
            disk: { try await usage.current() },
            check: {
                for kind in ["records", "work", "segments", "blobs"] {
                    try await connection.checkMajority(of: nats.stream(kind).name)
                }
            },
            close: {
                for task in tasks { task.cancel() }
                store.close()
                queue.close()
                for task in tasks { await task.value }
                await connection.close()
                cache.unlock()
            })
    }
}

extension NATSSettings {
    /// - Throws: `.invalid` for values that cannot be used.
    func check() throws(JobsError) {
        guard !servers.isEmpty else {
            throw JobsError(.invalid, "engine", found: "no address", expected: "one such as nats://127.0.0.1:4222")
        }
        let isFine = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isFine, (1...32).contains(name.utf8.count) else {
            throw JobsError(
                .invalid, "engine's streams", found: name.debugDescription,
                expected: "1 to 32 letters, digits, hyphens and underscores")
        }
        guard [1, 3, 5].contains(replicas) else {
            throw JobsError(.invalid, "engine's replicas", found: "\(replicas)", expected: "1, 3 or 5")
        }
    }

    func stream(_ kind: String, echoed: Bool = false) -> NATSStream {
        var stream = NATSStream(name: "\(name)-\(kind)", prefix: "\(name).\(kind).", replicas: replicas)
        switch kind {
        case "claims":
            stream.keepsFirst = true
            // Longer than anybody may be at work on what he read before.
            stream.maximumAge = 600
        case "segments":
            stream.keepsFirst = true
            stream.maximumBytes = segmentBytes
        case "blobs":
            stream.isAppended = true
            stream.maximumBytes = blobBytes
        case "folders":
            stream.isAppended = true
        default: break
        }
        if echoed { stream.echo = "\(name).news.\(kind)." }
        return stream
    }
}

#endif
