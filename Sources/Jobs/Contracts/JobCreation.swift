/// What came of storing a new job.
public enum JobCreation: Hashable, Sendable {
    case created(Job)
    /// The idempotency key belongs to this job, of the same request.
    case existing(Job)
    /// The idempotency key belongs to another request.
    case mismatch
    /// So many jobs have not ended, which is the limit or more.
    case full(unfinished: Int)
}
