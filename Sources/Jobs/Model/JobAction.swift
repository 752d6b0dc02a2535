/// What is to be done once a job's new state is stored.
public enum JobAction: Hashable, Sendable {
    /// These items can be worked on.
    case enqueue([WorkKind])
    /// Nothing of this job is to be worked on any more; what is running stops.
    case dropWork
    /// The job has ended well: what was sent with it is no longer needed.
    case releaseInputs
    /// The job's segments and blobs serve nobody any more.
    case removeFiles
}
