import Foundation

extension JobEngine {
    /// Stops a job; its work is told at once.
    ///
    /// - Throws: `.notFound`; `.ended` when the job has ended.
    @discardableResult
    public func cancel(_ id: JobID) async throws -> Job {
        do {
            return try await apply(.cancelRequested, to: id)
        } catch let error as JobsError where error.code == .illegalTransition {
            throw JobsError(
                .ended, id.rawValue, found: error.found, remedy: "only a job that has not ended can be cancelled")
        }
    }

    /// Cancels the job if it runs, and removes it with its files; false if there was none. Whoever has one of its files
    /// open can read on.
    @discardableResult
    public func delete(_ id: JobID) async throws -> Bool {
        try await shielded { [self] in
            do {
                try await cancel(id)
            } catch let error as JobsError where error.code == .ended || error.code == .notFound {}
            // The record first: files without one are removed at the next start, should this be the end.
            let found = try await backend.store.delete(id)
            running.cancel(id)
            try await backend.queue.remove(id)
            try await removeFiles(of: id)
            return found
        }
    }

    /// Looks after expiry, and after work and news that an engine's hints may have lost, until the task is cancelled.
    public func maintain() async {
        while !Task.isCancelled {
            do {
                try await sweep()
                try await refillQueue()
                for id in followers.followed { try await tell(id) }
            } catch is CancellationError {
                return
            } catch {
                logger.error("maintenance failed", metadata: ["error": "\(error)"])
            }
            do { try await clock.sleep(settings.sweep) } catch { return }
        }
    }

    /// Removes what has expired by now: first a job's files, and later its record.
    public func sweep() async throws {
        let batch = 100
        while true {
            let due = try await backend.store.due(by: clock.now(), limit: batch)
            for job in due {
                if job.state.isExpired {
                    try await delete(job.id)
                } else {
                    try await expire(job.id)
                }
            }
            if due.count < batch { return }
        }
    }

    func removeFiles(of id: JobID) async throws {
        try await backend.segments.delete(id)
        try await backend.blobs.delete(id)
    }

    private func expire(_ id: JobID) async throws {
        do {
            try await apply(.expired, to: id)
        } catch let error as JobsError where error.code == .notFound || error.code == .illegalTransition {
            // Somebody else has removed it, or let it expire.
        }
    }
}
