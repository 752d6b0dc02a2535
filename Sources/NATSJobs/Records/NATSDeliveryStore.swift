#if NATS

import Foundation
import Jobs

/// The outbox, which is part of the jobs' records.
struct NATSDeliveryStore: DeliveryStore {
    let store: NATSJobStore

    func put(_ delivery: Delivery) async throws {
        let stored = try await store.change(delivery.job) { stored in
            guard !stored.deliveries.contains(where: { $0.id == delivery.id }) else { return }
            stored.deliveries.append(delivery)
        }
        guard stored != nil else { throw JobsError(.notFound, delivery.job.rawValue, found: "no such job") }
    }

    func due(by time: Date, limit: Int) async throws -> [Delivery] {
        Array(store.deliveries.prefix { $0.nextAt <= time }.prefix(max(0, limit)))
    }

    func claim(_ delivery: Delivery, until time: Date) async throws -> Bool {
        var isOurs = false
        _ = try await store.change(delivery.job) { stored in
            let place = stored.deliveries.firstIndex { $0.id == delivery.id && $0.nextAt == delivery.nextAt }
            isOurs = place != nil
            if let place { stored.deliveries[place].nextAt = time }
        }
        return isOurs
    }

    func reschedule(_ id: String, at time: Date) async throws {
        let missing = JobsError(.notFound, id, found: "no such delivery")
        guard let job = store.job(ofDelivery: id) else { throw missing }
        let stored = try await store.change(job) { stored in
            guard let place = stored.deliveries.firstIndex(where: { $0.id == id }) else { throw missing }
            stored.deliveries[place].attempts += 1
            stored.deliveries[place].nextAt = time
        }
        guard stored != nil else { throw missing }
    }

    func done(_ id: String) async throws {
        guard let job = store.job(ofDelivery: id) else { return }
        _ = try await store.change(job) { $0.deliveries.removeAll { $0.id == id } }
    }

    func nextDue() async throws -> Date? { store.deliveries.first?.nextAt }
}

#endif
