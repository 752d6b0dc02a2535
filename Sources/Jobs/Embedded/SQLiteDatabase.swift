import Foundation
import GRDB

/// The embedded engine's database: its schema and how durable a write is.
///
/// WAL with `synchronous=FULL`: each commit is on disk before it returns, because a client that has been told 202 must
/// find its job after a power loss too. There are but a few commits a second, so the fsync of each costs nothing that
/// shows. Leases alone are written without one: they outlive the program, which is what they are for, but not a power
/// loss.
struct SQLiteDatabase: Sendable {
    let pool: DatabasePool

    init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.label = "jobs"
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try Self.migrator.migrate(pool)
        } catch {
            throw JobsError(
                .storage, path, found: "cannot be opened: \(error)",
                remedy: "restore the file from a backup, or move it away to begin with an empty one")
        }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await translating { try await pool.read(body) }
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await translating { try await pool.write(body) }
    }

    /// Writes without waiting for the disk; survives the end of the program, not the loss of power.
    func writeLightly(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
        try await translating {
            try await pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
                defer { try? database.execute(sql: "PRAGMA synchronous = FULL") }
                try database.inTransaction {
                    try body(database)
                    return .commit
                }
            }
        }
    }

    private func translating<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DatabaseError {
            guard error.resultCode != .SQLITE_FULL else {
                throw JobsError(
                    .noSpace, "jobs.sqlite", found: "the disk is full", remedy: "remove jobs or make room on the volume"
                )
            }
            throw JobsError(.storage, "jobs.sqlite", found: "\(error)")
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE jobs (
                        id TEXT PRIMARY KEY NOT NULL,
                        owner TEXT NOT NULL,
                        phase TEXT NOT NULL,
                        ended INTEGER NOT NULL,
                        -- Whether segments and blobs still serve.
                        keepsFiles INTEGER NOT NULL,
                        revision INTEGER NOT NULL,
                        framesTotal INTEGER,
                        framesDone INTEGER NOT NULL,
                        -- When to remove first the files, then the record; seconds since 1970.
                        dueAt REAL,
                        record BLOB NOT NULL
                    );
                    CREATE INDEX jobsByOwner ON jobs(owner, id);
                    CREATE INDEX jobsByPhase ON jobs(phase, id);
                    CREATE INDEX jobsByOwnerAndPhase ON jobs(owner, phase, id);
                    CREATE INDEX jobsUnfinished ON jobs(owner, framesTotal, framesDone) WHERE ended = 0;
                    CREATE INDEX jobsDue ON jobs(dueAt) WHERE dueAt IS NOT NULL;

                    CREATE TABLE idempotency (
                        owner TEXT NOT NULL,
                        key TEXT NOT NULL,
                        digest BLOB NOT NULL,
                        job TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
                        PRIMARY KEY (owner, key)
                    ) WITHOUT ROWID;
                    CREATE INDEX idempotencyByJob ON idempotency(job);

                    CREATE TABLE leases (
                        job TEXT NOT NULL,
                        kind TEXT NOT NULL,
                        held INTEGER NOT NULL,
                        interruptions INTEGER NOT NULL DEFAULT 0,
                        PRIMARY KEY (job, kind)
                    ) WITHOUT ROWID;

                    CREATE TABLE deliveries (
                        id TEXT PRIMARY KEY NOT NULL,
                        job TEXT NOT NULL,
                        nextAt REAL NOT NULL,
                        record BLOB NOT NULL
                    );
                    CREATE INDEX deliveriesByTime ON deliveries(nextAt);
                    CREATE INDEX deliveriesByJob ON deliveries(job);
                    """)
        }
        return migrator
    }
}
