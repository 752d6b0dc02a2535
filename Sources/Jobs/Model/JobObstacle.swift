/// Why nobody can work on a job, as far as is known.
public enum JobObstacle: Hashable, Sendable {
    /// No node with workers is heard of.
    case noWorkers
    /// None of them has what the job needs.
    case need(String)
}
