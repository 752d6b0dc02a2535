#if NATS

import Foundation
import Jobs
import Logging

/// Puts away what nobody needs: the cached files of jobs that have gone, and now and then marks of removals and files that
/// a crash has left behind.
struct NATSMaintenance: Sendable {
    private static let every = Duration.seconds(60)
    /// One round in so many looks at the streams, too.
    private static let rounds = 10
    /// Nobody takes so long from asking for a file to opening it.
    private static let useTime: TimeInterval = 600
    /// Files this old belong to a job, or to none.
    private static let orphanAge: TimeInterval = 3600

    let connection: NATSConnection
    let store: NATSJobStore
    let queue: NATSWorkQueue
    let segments: NATSSegmentStore
    let blobs: NATSBlobStore
    let cacheBytes: Int
    let clock: JobClock
    let logger: Logger

    /// Follows other nodes' removals, until the changes end.
    func dropCachedFiles(_ changes: AsyncStream<JobChange>) async {
        for await change in changes {
            let gone: JobID? =
                switch change {
                case .changed(let job): job.keepsFiles ? nil : job.id
                case .removed(let id): id
                }
            guard let gone else { continue }
            let cache = segments.cache
            try? await segments.calls.run { cache.drop(gone) }
        }
    }

    /// Until the task is cancelled.
    func run() async {
        var round = 0
        while (try? await Task.sleep(for: Self.every)) != nil {
            do {
                try await trimCache()
                round += 1
                guard round % Self.rounds == 0 else { continue }
                try await store.forgetOldMarks()
                try await queue.forgetOldMarks()
                try await removeOrphans()
            } catch is CancellationError {
                return
            } catch {
                logger.warning("the engine was not tidied", metadata: ["error": "\(error)"])
            }
        }
    }

    func trimCache() async throws {
        let (cache, limit) = (segments.cache, cacheBytes)
        // The files' times are the machine's, not the engine's.
        let time = Date(timeIntervalSinceNow: -Self.useTime)
        try await segments.calls.run { cache.trim(to: limit, unusedSince: time) }
    }

    /// Removes the files of jobs that never came to be, were removed, or have ended without a file to show.
    func removeOrphans() async throws {
        let newest = JobIDGenerator(now: { [clock] in clock.now() - Self.orphanAge }).next()
        for (stream, prefix) in [
            (segments.stream.name, segments.stream.prefix), (blobs.pieces.stream.name, blobs.pieces.stream.prefix),
        ] {
            let subjects = try await connection.subjects(of: stream, matching: prefix + ">")
            let found = Set(subjects.compactMap { $0.dropFirst(prefix.count).split(separator: ".").first })
            for id in found.compactMap({ JobID($0) }) where id < newest {
                guard try await store.job(id)?.keepsFiles != true else { continue }
                try await segments.delete(id)
                try await blobs.delete(id)
                logger.info("files without a job removed", metadata: ["job": "\(id)"])
            }
        }
    }
}

extension Job {
    /// Whether its segments and blobs still serve.
    fileprivate var keepsFiles: Bool { !phase.isEnded || phase == .completed && !state.isExpired }
}

#endif
