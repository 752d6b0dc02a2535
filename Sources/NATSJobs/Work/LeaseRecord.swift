#if NATS

import Foundation

/// How an item stands that somebody has had, as stored.
///
/// There are no times of day in it: whoever sees a lease unchanged for as long as it lasts, by his own clock, may take
/// it over, so that clocks that differ do no harm.
struct LeaseRecord: Codable, Hashable, Sendable {
    enum State: String, Codable, Sendable {
        /// A worker has it, for `seconds`.
        case held
        /// Anybody may have it, after `seconds`.
        case free
        case done
    }

    var state: State
    var worker: String
    /// Tells one delivery from another.
    var token: UInt64
    /// As `Lease.deliveries`.
    var deliveries: Int
    var seconds: Double
    /// Counts heartbeats, so that each is a change.
    var beats = 0
}

#endif
