import Foundation

/// Every limit and time of the jobs, in one place.
public struct JobEngineSettings: Sendable {
    public var limits = QueueLimits()
    /// What this program is called among those that share the engine; no two may have one name.
    public var node = ""
    /// How often a node tells of itself.
    public var announcement: Duration = .seconds(2)
    /// Bytes that all files of jobs may take together; nil for no limit but the disk's.
    public var diskQuota: Int?
    /// New jobs are refused when the volume would be left with fewer free bytes than this.
    public var diskReserve = 256 << 20
    /// How long an ended job's files stay, in seconds.
    public var retention: TimeInterval = 24 * 3600
    /// How long a job's record stays once its files are gone, in seconds, so that clients are told what has become of
    /// it.
    public var recordRetention: TimeInterval = 7 * 24 * 3600
    /// Whether the files sent with a request stay until the job expires; else they go when it is completed.
    public var keepsInputs = true
    /// A lease without a heartbeat ends after this.
    public var lease: Duration = .seconds(30)
    public var heartbeat: Duration = .seconds(10)
    /// An item delivered more often than this without success fails its job.
    public var maximumDeliveries = 3
    /// An item during which the program has ended more often than this fails its job. Far higher than the limit on
    /// deliveries, because most often it is not the item that ends the program.
    public var maximumInterruptions = 30
    /// The wait before an item's second delivery, which doubles with each further one.
    public var backoff: Duration = .seconds(1)
    /// The wait before an item is tried again that found the disk full.
    public var noSpaceBackoff: Duration = .seconds(15)
    /// How many jobs of one owner are worked on at a time; further ones stay queued, so that the first are done soon.
    public var openJobsPerOwner = 8
    /// Idle workers look for work this often, whatever hints they get.
    public var idlePoll: Duration = .milliseconds(250)
    /// Expiry is looked after this often.
    public var sweep: Duration = .seconds(30)

    public init() {}
}
