/// News of a job.
public enum JobChange: Hashable, Sendable {
    case changed(Job)
    case removed(JobID)
}
