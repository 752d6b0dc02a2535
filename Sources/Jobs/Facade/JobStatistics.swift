/// A snapshot for metrics.
public struct JobStatistics: Hashable, Sendable {
    /// Records by phase, expired ones included.
    public var jobs: [JobPhase: Int] = [:]
    public var queue = QueueStatistics()
    /// Bytes of all files of jobs.
    public var diskBytes = 0
    /// Bytes that the volume has left.
    public var freeBytes = 0
    /// Since the start of this program, as those below.
    public var submitted = 0
    /// Submissions refused, by the error's code.
    public var refused: [String: Int] = [:]
    public var framesRendered = 0
    /// Worker seconds spent on rendering.
    public var renderSeconds = 0.0
    public var completed = 0
    public var failed = 0
    public var canceled = 0
    /// Items that were tried again.
    public var retries = 0

    public init() {}
}
