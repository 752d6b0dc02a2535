import Foundation

/// A worker's right to do an item until a time, which heartbeats put off.
///
/// A lease keeps workers from doing the same thing at once; it is no fence. What a worker commits is fenced by the
/// segment store, where the first write wins, and by the revision of the job's record.
public struct Lease: Hashable, Sendable {
    public let item: WorkItem
    public let worker: String
    /// Tells this delivery of the item from any other.
    public let token: UInt64
    /// How often the item has been delivered and not put back unharmed, this time included.
    public let deliveries: Int
    /// How often the whole program ended while it had the item.
    public let interruptions: Int
    public let expiresAt: Date

    public init(
        item: WorkItem, worker: String, token: UInt64, deliveries: Int, interruptions: Int = 0, expiresAt: Date
    ) {
        self.item = item
        self.worker = worker
        self.token = token
        self.deliveries = deliveries
        self.interruptions = interruptions
        self.expiresAt = expiresAt
    }
}
