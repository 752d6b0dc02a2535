/// What came of submitting a job.
public enum Submission: Sendable, Hashable {
    case created(Job)
    /// The same request was submitted before, under the same idempotency key.
    case existing(Job)

    public var job: Job {
        switch self {
        case .created(let job), .existing(let job): job
        }
    }
}
