#if NATS

import Foundation
import Jobs

/// What is stored of a job: the record and its outbox in one, so that both change in one step.
struct StoredJob: Codable, Hashable, Sendable {
    var job: Job
    var deliveries: [Delivery] = []
    /// The key under which its idempotency key is claimed.
    var claim: String?

    static func decode(_ value: Data) throws -> StoredJob { try JSONDecoder().decode(StoredJob.self, from: value) }

    func encoded() throws -> Data { try JSONEncoder().encode(self) }
}

#endif
