#if NATS

import Foundation

/// Makes compare-and-set exclusive where servers replicate.
///
/// Before 2.9.21 the leader of a replicated stream compares an expected sequence with what has been applied, not with what is on its
/// way: of two changes at the same moment both may be stored (nats-server #4320). Only that a subject is empty is looked at
/// again when a message is applied. So whoever is to change an entry first takes the one claim that there is to it, a
/// message that expects none before it.
struct NATSClaims: Sendable {
    /// Should a claim's owner have died, another can be taken after this.
    private static let patience = Duration.seconds(5)
    private static let attempts = 10

    let connection: NATSConnection
    let stream: NATSStream

    /// Takes the claim to an entry.
    ///
    /// - Parameter isCurrent: whether the entry still has this sequence.
    /// - Returns: false when somebody else has changed the entry.
    func take(_ key: String, _ sequence: UInt64, isCurrent: () async throws -> Bool) async throws -> Bool {
        for attempt in 0..<Self.attempts {
            let subject = "\(stream.prefix)\(key).\(sequence).\(attempt)"
            if try await connection.publish(Data(), to: subject, expecting: .absent) != nil { return true }
            let end = ContinuousClock.now + Self.patience
            var pause = Duration.milliseconds(2)
            repeat {
                guard try await isCurrent() else { return false }
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .milliseconds(100))
            } while ContinuousClock.now < end
        }
        return false
    }
}

#endif
