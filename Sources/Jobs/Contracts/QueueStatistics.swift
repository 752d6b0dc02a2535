/// How a work queue stands.
public struct QueueStatistics: Hashable, Sendable {
    public var waiting = 0
    public var leased = 0
    /// Leases that ended without heartbeats since the start.
    public var expiredLeases = 0

    public init(waiting: Int = 0, leased: Int = 0, expiredLeases: Int = 0) {
        self.waiting = waiting
        self.leased = leased
        self.expiredLeases = expiredLeases
    }
}
