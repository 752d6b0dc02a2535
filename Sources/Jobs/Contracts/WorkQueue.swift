/// Hands items to workers, each at least once, fairly among owners and among each owner's jobs.
///
/// The queue is a hint, not the truth: what is to be done follows from the records and the segments, and whoever leases
/// an item looks first whether it is still wanted. So a queue may deliver twice, or be filled anew after a crash.
public protocol WorkQueue: Sendable {
    /// Adds items of one job; those that are there already stay as they are.
    ///
    /// - Parameter need: what a worker must have for any of the job's items from now on; nil leaves it as it is.
    func add(_ kinds: [WorkKind], of job: JobID, owner: String, need: String?) async throws
    /// The next item that nobody has, if there is one. Of one job, items come in the order of `WorkKind`.
    ///
    /// - Parameter has: whether the worker has what a job needs; others' jobs are passed over.
    func lease(worker: String, for duration: Duration, has: @Sendable (_ need: String) -> Bool) async throws -> Lease?
    /// Puts off the end of a lease; false when it is no longer this worker's, or the item is no longer wanted.
    func extend(_ lease: Lease, for duration: Duration) async throws -> Bool
    /// Takes the item out of the queue, done; false when the lease was lost, which does no harm.
    func complete(_ lease: Lease) async throws -> Bool
    /// Puts the item back.
    ///
    /// - Parameters:
    ///   - delay: nobody gets it before that.
    ///   - counted: whether the delivery counts towards the limit; not when the item bears no blame.
    func release(_ lease: Lease, delay: Duration, counted: Bool) async throws -> Bool
    /// Takes out all items of a job, leased ones too.
    func remove(_ job: JobID) async throws
    func statistics() async throws -> QueueStatistics
    /// Hints that there may be an item to lease.
    func arrivals() -> AsyncStream<Void>
}

extension WorkQueue {
    /// Adds items that any worker can do.
    public func add(_ kinds: [WorkKind], of job: JobID, owner: String) async throws {
        try await add(kinds, of: job, owner: owner, need: nil)
    }

    /// The next item, for a worker that has whatever is needed.
    public func lease(worker: String, for duration: Duration) async throws -> Lease? {
        try await lease(worker: worker, for: duration, has: { _ in true })
    }
}
