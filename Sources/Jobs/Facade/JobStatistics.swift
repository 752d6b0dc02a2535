/// A snapshot for metrics.
public struct JobStatistics: Hashable, Sendable {
    /// Records by phase, expired ones included.
    public var jobs: [JobPhase: Int] = [:]
    public var queue = QueueStatistics()
    /// The nodes with workers; this program alone is one if it has any.
    public var nodes = 0
    public var workers = 0
    /// Frames a second of all of them when they are busy; 0 while nothing is known.
    public var framesPerSecond = 0.0
    /// Unfinished jobs that none of the nodes can work on.
    public var stranded = 0
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
