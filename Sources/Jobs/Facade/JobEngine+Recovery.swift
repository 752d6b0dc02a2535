import Foundation

extension JobEngine {
    /// Takes up what is unfinished: records learn of segments that they missed, and the queue is filled from both.
    func recover() async throws {
        let jobs = try await backend.store.unfinished()
        for job in jobs {
            let current = try await reconcile(job)
            try await enqueue(current)
        }
        if !jobs.isEmpty { logger.info("unfinished jobs taken up", metadata: ["count": "\(jobs.count)"]) }
    }

    /// Puts back into the queue what should be in it, should an engine's queue have lost it; what is there stays as it
    /// is.
    func refillQueue() async throws {
        for job in try await backend.store.unfinished() {
            try await enqueue(job)
        }
    }

    private func enqueue(_ job: Job) async throws {
        try await backend.queue.add(job.state.remainingWork, of: job.id, owner: job.owner, need: job.need)
    }

    /// Makes a record agree with the segments that are there.
    private func reconcile(_ job: Job) async throws -> Job {
        guard job.state.plan != nil else { return job }
        var current = job
        current.state.reconcile(committed: try await backend.segments.committed(job.id))
        guard current.state != job.state else { return job }
        do {
            return try await backend.store.update(current, delivery: nil)
        } catch let error as JobsError where error.code == .conflict {
            // Another machine's worker has just moved it on, and so knows better.
            return job
        }
    }
}
