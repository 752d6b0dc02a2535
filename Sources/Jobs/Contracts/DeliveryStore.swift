import Foundation

/// The outbox of messages to webhooks: what `JobStore.update` has put in is sent until it is done.
public protocol DeliveryStore: Sendable {
    /// Adds a delivery unless there is one of that id.
    func put(_ delivery: Delivery) async throws
    /// Deliveries whose next attempt is due by `time`, the longest due first.
    func due(by time: Date, limit: Int) async throws -> [Delivery]
    /// Puts a delivery off until `time` if its next attempt is still the one that is due, so that of many nodes one
    /// makes it.
    func claim(_ delivery: Delivery, until time: Date) async throws -> Bool
    /// Counts an attempt and sets the time of the next.
    func reschedule(_ id: String, at time: Date) async throws
    /// Removes a delivery that has arrived or is given up.
    func done(_ id: String) async throws
    /// The time of the earliest attempt to come; nil when nothing waits.
    func nextDue() async throws -> Date?
}
