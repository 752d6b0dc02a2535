import Foundation
import GRDB

/// Records in SQLite: the job as JSON, beside the columns that are searched.
final class SQLiteJobStore: JobStore {
    private let database: SQLiteDatabase
    private let recordRetention: TimeInterval
    private let probe: CrashPoint.Probe
    private let news = Broadcast<JobChange>()

    init(_ database: SQLiteDatabase, recordRetention: TimeInterval, probe: @escaping CrashPoint.Probe = { _ in }) {
        self.database = database
        self.recordRetention = recordRetention
        self.probe = probe
    }

    func create(_ job: Job, idempotency: IdempotencyKey?, limits: QueueLimits) async throws -> JobCreation {
        try probe(.jobCreating)
        let dueAt = dueAt(job)
        let creation = try await database.write { database -> JobCreation in
            if let idempotency, let (id, digest) = try Self.find(idempotency, of: job.owner, in: database) {
                guard digest == idempotency.digest else { return .mismatch }
                guard let existing = try Self.load(id, from: database) else { return .mismatch }
                return .existing(existing)
            }
            let total = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM jobs WHERE ended = 0") ?? 0
            guard total < limits.total else { return .full(unfinished: total) }
            let own =
                try Int.fetchOne(
                    database, sql: "SELECT COUNT(*) FROM jobs WHERE ended = 0 AND owner = ?", arguments: [job.owner])
                ?? 0
            guard own < limits.perOwner else { return .full(unfinished: own) }
            try Self.save(job, dueAt: dueAt, to: database)
            if let idempotency {
                try database.execute(
                    sql: "INSERT INTO idempotency (owner, key, digest, job) VALUES (?, ?, ?, ?)",
                    arguments: [job.owner, idempotency.key, idempotency.digest, job.id.rawValue])
            }
            return .created(job)
        }
        try probe(.jobCreated)
        if case .created(let job) = creation { news.send(.changed(job)) }
        return creation
    }

    func job(_ id: JobID) async throws -> Job? {
        try await database.read { try Self.load(id.rawValue, from: $0) }
    }

    func jobs(_ filter: JobFilter, after cursor: JobID?, limit: Int) async throws -> [Job] {
        var conditions = ["id < ?"]
        // Greater than any identifier.
        var arguments: StatementArguments = [cursor?.rawValue ?? "w"]
        if let owner = filter.owner {
            conditions.append("owner = ?")
            arguments += [owner]
        }
        if !filter.phases.isEmpty {
            conditions.append("phase IN (\(filter.phases.map { _ in "?" }.joined(separator: ", ")))")
            arguments += StatementArguments(filter.phases.map(\.rawValue))
        }
        let sql = "SELECT record FROM jobs WHERE \(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT ?"
        return try await fetch(sql, arguments + [max(0, limit)])
    }

    func update(_ job: Job, delivery: Delivery?) async throws -> Job {
        try probe(.recordUpdating)
        var next = job
        next.revision += 1
        let (stored, dueAt) = (next, dueAt(job))
        try await database.write { database in
            let revision = try Int.fetchOne(
                database, sql: "SELECT revision FROM jobs WHERE id = ?", arguments: [job.id.rawValue])
            guard let revision else { throw JobsError(.notFound, job.id.rawValue, found: "no such job") }
            guard revision == job.revision else {
                throw JobsError(
                    .conflict, job.id.rawValue, found: "revision \(revision)", expected: "revision \(job.revision)",
                    remedy: "read the job again")
            }
            try Self.save(stored, dueAt: dueAt, to: database)
            if let delivery { try SQLiteDeliveryStore.insert(delivery, into: database) }
        }
        try probe(.recordUpdated)
        news.send(.changed(stored))
        return stored
    }

    func delete(_ id: JobID) async throws -> Bool {
        try probe(.recordDeleting)
        let found = try await database.write { database in
            for table in ["leases", "deliveries"] {
                try database.execute(sql: "DELETE FROM \(table) WHERE job = ?", arguments: [id.rawValue])
            }
            try database.execute(sql: "DELETE FROM jobs WHERE id = ?", arguments: [id.rawValue])
            return database.changesCount > 0
        }
        try probe(.recordDeleted)
        if found { news.send(.removed(id)) }
        return found
    }

    func unfinished() async throws -> [Job] {
        try await fetch("SELECT record FROM jobs WHERE ended = 0 ORDER BY id", [])
    }

    func due(by time: Date, limit: Int) async throws -> [Job] {
        try await fetch(
            "SELECT record FROM jobs WHERE dueAt <= ? ORDER BY dueAt LIMIT ?", [time.timeIntervalSince1970, limit])
    }

    func backlog(cappedAt cap: Int) async throws -> Backlog {
        try await database.read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT COUNT(*), COUNT(*) - COUNT(framesTotal), SUM(MIN(framesTotal - framesDone, ?))
                    FROM jobs WHERE ended = 0
                    """, arguments: [cap])
            return row.map { Backlog(jobs: $0[0], unplanned: $0[1], frames: $0[2] ?? 0) } ?? Backlog()
        }
    }

    func queuedBefore(_ id: JobID) async throws -> Int {
        try await database.read { database in
            try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM jobs WHERE phase = ? AND id < ?",
                arguments: [JobPhase.queued.rawValue, id.rawValue]) ?? 0
        }
    }

    func counts() async throws -> [JobPhase: Int] {
        try await database.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT phase, COUNT(*) FROM jobs GROUP BY phase")
            return Dictionary(
                uniqueKeysWithValues: rows.compactMap { row in JobPhase(rawValue: row[0]).map { ($0, row[1]) } })
        }
    }

    func changes() -> AsyncStream<JobChange> { news.stream(.bufferingNewest(4096)) }

    /// Ends the streams of changes.
    func close() { news.finish() }

    /// The jobs whose files still serve.
    func keepers() async throws -> Set<String> {
        try await database.read { try String.fetchSet($0, sql: "SELECT id FROM jobs WHERE keepsFiles = 1") }
    }

    private func fetch(_ sql: String, _ arguments: StatementArguments) async throws -> [Job] {
        try await database.read { database in
            try Data.fetchAll(database, sql: sql, arguments: arguments).map(Self.decode)
        }
    }

    private func dueAt(_ job: Job) -> Double? {
        let due = job.state.expiredAt?.addingTimeInterval(recordRetention) ?? job.expiresAt
        return due?.timeIntervalSince1970
    }

    private static func find(
        _ idempotency: IdempotencyKey, of owner: String, in database: Database
    ) throws -> (job: String, digest: Data)? {
        let row = try Row.fetchOne(
            database, sql: "SELECT job, digest FROM idempotency WHERE owner = ? AND key = ?",
            arguments: [owner, idempotency.key])
        return row.map { ($0[0], $0[1]) }
    }

    private static func load(_ id: String, from database: Database) throws -> Job? {
        try Data.fetchOne(database, sql: "SELECT record FROM jobs WHERE id = ?", arguments: [id]).map(decode)
    }

    private static func save(_ job: Job, dueAt: Double?, to database: Database) throws {
        let state = job.state
        let keepsFiles = !state.phase.isEnded || state.phase == .completed && !state.isExpired
        try database.execute(
            sql: """
                INSERT INTO jobs (id, owner, phase, ended, keepsFiles, revision, framesTotal, framesDone, dueAt, record)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    phase = excluded.phase, ended = excluded.ended, keepsFiles = excluded.keepsFiles,
                    revision = excluded.revision, framesTotal = excluded.framesTotal, framesDone = excluded.framesDone,
                    dueAt = excluded.dueAt, record = excluded.record
                """,
            arguments: [
                job.id.rawValue, job.owner, state.phase.rawValue, state.phase.isEnded, keepsFiles, job.revision,
                state.framesTotal, state.framesDone, dueAt, try JSONEncoder().encode(job),
            ])
    }

    private static func decode(_ record: Data) throws -> Job {
        try JSONDecoder().decode(Job.self, from: record)
    }
}
