#if NATS

import Foundation
import Jobs

/// An idempotency key that is taken. It carries the job, so that whoever finds the key without the job's record, which is
/// written next, can write it, and nobody waits for anybody.
struct KeyClaim: Codable, Sendable {
    /// How long after its creation a job may still be written for another.
    static let helpTime: TimeInterval = 600

    let digest: Data
    let stored: StoredJob

    /// The key's place in the table; hashed, as a client's key may have any characters.
    static func place(_ idempotency: IdempotencyKey, owner: String) -> String {
        "key." + SHA256.hexadecimal(Data("\(owner.utf8.count) \(owner) \(idempotency.key)".utf8))
    }
}

#endif
