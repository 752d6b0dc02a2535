import Foundation

extension JobEngine {
    public func job(_ id: JobID) async throws -> Job? {
        try await backend.store.job(id)
    }

    /// Jobs from the newest to the oldest, at most `limit` (of 1...1000), all older than `cursor`.
    public func list(_ filter: JobFilter = JobFilter(), after cursor: JobID? = nil, limit: Int) async throws -> [Job] {
        try await backend.store.jobs(filter, after: cursor, limit: min(max(1, limit), 1000))
    }

    /// The job as it is now and after each change, always the latest; ends with the job's end, or its removal.
    public func changes(of id: JobID) -> AsyncStream<Job> {
        // Followed before it is read, so that no change falls between.
        let stream = followers.follow(id)
        Task {
            do {
                try await tell(id)
            } catch {
                logger.error("job not read", metadata: ["job": "\(id)", "error": "\(error)"])
                followers.remove(id)
            }
        }
        return stream
    }

    /// Tells those who follow a job how it is now.
    func tell(_ id: JobID) async throws {
        if let job = try await backend.store.job(id) { followers.publish(job) } else { followers.remove(id) }
    }

    /// Changes of all jobs from now on; a reader that is thousands behind misses the oldest.
    public func allChanges() -> AsyncStream<JobChange> {
        backend.store.changes()
    }

    /// The file of a segment, as soon as there is one.
    ///
    /// - Throws: `.notFound` when there is no such job or its plan has no such segment, `.ended` when the job ends
    ///   before or its files have expired, `CancellationError` when the waiting task is cancelled.
    public func segmentReady(_ id: JobID, _ index: Int) async throws -> String {
        for await job in changes(of: id) {
            if let plan = job.state.plan, !(0..<plan.segmentCount).contains(index) {
                throw JobsError(
                    .notFound, id.rawValue, found: "segment \(index)", expected: "0 to \(plan.segmentCount - 1)")
            }
            if job.state.committed.contains(index), let path = try await backend.segments.path(id, index) {
                return path
            }
            if job.phase.isEnded {
                let ending = job.state.isExpired ? "expired" : job.phase.rawValue
                throw JobsError(.ended, id.rawValue, found: "segment \(index) is not there, the job is \(ending)")
            }
        }
        try Task.checkCancellation()
        throw JobsError(.notFound, id.rawValue, found: "no such job")
    }

    /// The file of a blob; nil when there is none.
    public func blob(_ id: JobID, _ name: String) async throws -> String? {
        try await backend.blobs.path(id, name)
    }

    /// The file of the finished job; nil unless it is completed and not expired.
    public func artifact(of job: Job) async throws -> String? {
        guard let artifact = job.state.artifact, !job.state.isExpired else { return nil }
        return try await backend.blobs.path(job.id, artifact.name)
    }

    /// Where the job stands in the queue and how long it will probably take.
    ///
    /// The pool is shared equally, so until this job is done each other one is served at most as many frames.
    public func outlook(_ job: Job) async throws -> JobOutlook {
        guard !job.phase.isEnded else { return JobOutlook(queuePosition: nil, secondsLeft: nil) }
        let obstacle = obstacle(to: job)
        var position: Int?
        if job.phase == .queued { position = try await backend.store.queuedBefore(job.id) + 1 }
        let usual = framesPerJob
        guard let rate = poolRate, rate > 0, obstacle == nil,
            let remaining = job.state.framesTotal.map({ Double($0 - job.state.framesDone) }) ?? usual
        else {
            return JobOutlook(
                queuePosition: position, secondsLeft: nil, framesUnderWay: running.frames(of: job), obstacle: obstacle)
        }
        let backlog = try await backend.store.backlog(cappedAt: Int(remaining.rounded(.up)))
        let unplanned = Double(backlog.unplanned) * min(usual ?? remaining, remaining)
        return JobOutlook(
            queuePosition: position, secondsLeft: (Double(backlog.frames) + unplanned) / rate,
            framesUnderWay: running.frames(of: job), obstacle: obstacle)
    }

    public func statistics() async throws -> JobStatistics {
        var statistics = meter.counts
        statistics.jobs = try await backend.store.counts()
        statistics.queue = try await backend.queue.statistics()
        try await countNodes(in: &statistics)
        let usage = try await backend.disk()
        statistics.diskBytes = usage.used
        statistics.freeBytes = usage.free
        return statistics
    }
}
