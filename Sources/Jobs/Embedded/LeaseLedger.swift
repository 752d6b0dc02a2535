import Foundation
import GRDB

/// Who was at work when the program ended, so that an item that ends the program again and again is found out.
struct LeaseLedger: Sendable {
    let database: SQLiteDatabase

    func begin(_ item: WorkItem) async throws {
        try await database.writeLightly { database in
            try database.execute(
                sql: "INSERT INTO leases (job, kind, held) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET held = 1",
                arguments: [item.job.rawValue, item.kind.description])
        }
    }

    /// The item is back in the queue.
    func release(_ item: WorkItem) async throws {
        try await database.writeLightly { database in
            try database.execute(
                sql: "UPDATE leases SET held = 0 WHERE job = ? AND kind = ?",
                arguments: [item.job.rawValue, item.kind.description])
        }
    }

    func end(_ item: WorkItem) async throws {
        try await database.writeLightly { database in
            try database.execute(
                sql: "DELETE FROM leases WHERE job = ? AND kind = ?",
                arguments: [item.job.rawValue, item.kind.description])
        }
    }

    func end(_ job: JobID) async throws {
        try await database.writeLightly { database in
            try database.execute(sql: "DELETE FROM leases WHERE job = ?", arguments: [job.rawValue])
        }
    }

    /// Voids the leases of the program that had the folder before.
    ///
    /// - Returns: how often each item was interrupted by the end of a program.
    func recover() async throws -> [WorkItem: Int] {
        try await database.write { database in
            try database.execute(
                sql: """
                    DELETE FROM leases WHERE job NOT IN (SELECT id FROM jobs WHERE ended = 0);
                    UPDATE leases SET held = 0, interruptions = interruptions + 1 WHERE held = 1;
                    """)
            let rows = try Row.fetchAll(database, sql: "SELECT job, kind, interruptions FROM leases")
            return rows.reduce(into: [:]) { found, row in
                guard let job = JobID(row[0] as String), let kind = WorkKind(row[1] as String) else { return }
                found[WorkItem(job: job, kind: kind)] = row[2]
            }
        }
    }
}
