/// Something that happened to a job.
///
/// `timings` are seconds spent by stage name, and are added to what the job has.
public enum JobEvent: Hashable, Sendable {
    /// A worker has leased the job's first item.
    case started
    /// The number of frames is known.
    case planned(JobPlan, timings: [String: Double] = [:])
    /// The segment's file is in the segment store; `seconds` is how long its rendering took.
    case segmentCommitted(index: Int, frames: Int, seconds: Double, timings: [String: Double] = [:])
    /// The artifact is in the blob store.
    case finished(JobArtifact, timings: [String: Double] = [:])
    case failed(JobFailure)
    case cancelRequested
    /// The job's files are past their retention.
    case expired
}
