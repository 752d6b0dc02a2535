import Foundation

/// The jobs' records, with compare-and-set.
///
/// Any engine's records are the truth about a job, next to its segment files; its events are hints, which may be late,
/// repeated or lost.
public protocol JobStore: Sendable {
    /// Stores a new record, durably before it returns.
    ///
    /// An idempotency key that its owner has used before decides first, then the limits. All of it is one step: of any
    /// number of calls with one key exactly one creates.
    func create(_ job: Job, idempotency: IdempotencyKey?, limits: QueueLimits) async throws -> JobCreation
    func job(_ id: JobID) async throws -> Job?
    /// Jobs from the newest to the oldest.
    ///
    /// - Parameter cursor: the last job of the page before; only older ones follow.
    func jobs(_ filter: JobFilter, after cursor: JobID?, limit: Int) async throws -> [Job]
    /// Replaces the record if its revision is still that of `job`, and raises the revision.
    ///
    /// - Parameter delivery: stored in the same step, or, by an engine without transactions, before; never twice by id.
    /// - Returns: the record as stored.
    /// - Throws: `.conflict` if the record has another revision, `.notFound` if there is none.
    func update(_ job: Job, delivery: Delivery?) async throws -> Job
    /// Removes a record, its idempotency key and its deliveries; false if there was none.
    func delete(_ id: JobID) async throws -> Bool
    /// Jobs that have not ended, oldest first.
    func unfinished() async throws -> [Job]
    /// Jobs whose files, or if these are gone already whose records, were due to be removed by `time`; oldest first.
    func due(by time: Date, limit: Int) async throws -> [Job]
    /// How much is waiting, with at most `cap` frames counted of any job; in order to estimate when one is done.
    func backlog(cappedAt cap: Int) async throws -> Backlog
    /// The number of jobs that are queued and older than this one.
    func queuedBefore(_ id: JobID) async throws -> Int
    func counts() async throws -> [JobPhase: Int]
    /// Changes from now on, as hints.
    func changes() -> AsyncStream<JobChange>
}
