import Foundation
import GRDB

/// The outbox in SQLite.
struct SQLiteDeliveryStore: DeliveryStore {
    let database: SQLiteDatabase

    func put(_ delivery: Delivery) async throws {
        try await database.write { try Self.insert(delivery, into: $0) }
    }

    func due(by time: Date, limit: Int) async throws -> [Delivery] {
        try await database.read { database in
            let records = try Data.fetchAll(
                database, sql: "SELECT record FROM deliveries WHERE nextAt <= ? ORDER BY nextAt LIMIT ?",
                arguments: [time.timeIntervalSince1970, max(0, limit)])
            return try records.map { try JSONDecoder().decode(Delivery.self, from: $0) }
        }
    }

    func claim(_ delivery: Delivery, until time: Date) async throws -> Bool {
        var claimed = delivery
        claimed.nextAt = time
        let record = try JSONEncoder().encode(claimed)
        return try await database.write { database in
            try database.execute(
                sql: "UPDATE deliveries SET nextAt = ?, record = ? WHERE id = ? AND nextAt = ?",
                arguments: [
                    time.timeIntervalSince1970, record, delivery.id, delivery.nextAt.timeIntervalSince1970,
                ])
            return database.changesCount == 1
        }
    }

    func reschedule(_ id: String, at time: Date) async throws {
        try await database.write { database in
            let record = try Data.fetchOne(
                database, sql: "SELECT record FROM deliveries WHERE id = ?", arguments: [id])
            guard let record else { throw JobsError(.notFound, id, found: "no such delivery") }
            var delivery = try JSONDecoder().decode(Delivery.self, from: record)
            delivery.attempts += 1
            delivery.nextAt = time
            try database.execute(
                sql: "UPDATE deliveries SET nextAt = ?, record = ? WHERE id = ?",
                arguments: [time.timeIntervalSince1970, try JSONEncoder().encode(delivery), id])
        }
    }

    func done(_ id: String) async throws {
        try await database.write { try $0.execute(sql: "DELETE FROM deliveries WHERE id = ?", arguments: [id]) }
    }

    func nextDue() async throws -> Date? {
        let seconds = try await database.read { database in
            try Double.fetchOne(database, sql: "SELECT MIN(nextAt) FROM deliveries")
        }
        return seconds.map(Date.init(timeIntervalSince1970:))
    }

    static func insert(_ delivery: Delivery, into database: Database) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO deliveries (id, job, nextAt, record) VALUES (?, ?, ?, ?)",
            arguments: [
                delivery.id, delivery.job.rawValue, delivery.nextAt.timeIntervalSince1970,
                try JSONEncoder().encode(delivery),
            ])
    }
}
