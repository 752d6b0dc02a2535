#if NATS

import Foundation
import Jobs
import Synchronization

/// What the engine holds, and what is left there and, for uploads, on this machine.
final class NATSUsage: Sendable {
    private let connection: NATSConnection
    private let streams: [String]
    private let folder: String
    private let last = Mutex<DiskUsage?>(nil)

    init(_ connection: NATSConnection, streams: [String], folder: String) {
        self.connection = connection
        self.streams = streams
        self.folder = folder
    }

    /// As it is; while the engine chooses a leader, as it was: what is stored meanwhile says by itself whether it fits.
    func current() async throws -> DiskUsage {
        do {
            let usage = try await ask()
            last.withLock { $0 = usage }
            return usage
        } catch let error as JobsError where error.code == .unavailable {
            guard let usage = last.withLock({ $0 }) else { throw error }
            return usage
        }
    }

    private func ask() async throws -> DiskUsage {
        let patience = last.withLock { $0 == nil } ? nil : Duration.zero
        var used = 0
        var free = try Files.freeBytes(folder)
        for stream in streams {
            let state = try await connection.state(of: stream, patience: patience)
            let bytes = Int(clamping: state.bytes)
            used += bytes
            if let limit = state.maximumBytes { free = min(free, max(0, limit - bytes)) }
        }
        if let left = try await connection.bytesLeft(patience: patience) { free = min(free, left) }
        return DiskUsage(used: used, free: free)
    }
}

#endif
