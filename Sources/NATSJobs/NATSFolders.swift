#if NATS

import Foundation
import Jobs
import Logging

/// The published folders of an engine alone, for a program that has nothing to do with its jobs.
public struct NATSFolders: Sendable {
    public let store: any FolderStore
    private let connection: NATSConnection

    /// - Throws: as `JobBackend.nats`.
    public static func open(_ nats: NATSSettings, logger: Logger) async throws -> NATSFolders {
        try nats.check()
        let calls = BlockingCalls(label: "nats.files", threads: 1)
        let connection = try await calls.run { try NATSConnection(nats) }
        do {
            try await connection.checkServer(minimumPayload: PieceStore.minimumPayload)
            let pieces = PieceStore(connection: connection, stream: nats.stream("folders"), calls: calls)
            try await connection.ensure(pieces.stream, logger: logger)
            let store = NATSFolderStore(connection: connection, pieces: pieces, calls: calls, logger: logger)
            return NATSFolders(store: store, connection: connection)
        } catch {
            await connection.close()
            throw error
        }
    }

    public func close() async { await connection.close() }
}

#endif
