#if NATS

import Foundation
import Jobs
import Logging
import Synchronization

/// Records in a stream, one subject each: compare-and-set by the subject's last sequence. Lists are answered from an index
/// in memory, which lags behind other nodes by milliseconds and behind this one not at all; a single job is read from
/// the stream's leader.
///
/// Limits count what this node knows: two nodes that take in the last job at the same moment may exceed them by it.
final class NATSJobStore: JobStore {
    /// How long marks of removals stay: longer than anybody may be at work on what he read before.
    static let markTime: TimeInterval = 3600
    private static let attempts = 50

    private let table: NATSTable
    private let index: Shared
    private let clock: JobClock
    private let recordRetention: TimeInterval

    /// What the table's observer and the store both hold.
    final class Shared: Sendable {
        let state = Mutex(JobIndex())
        let news = Broadcast<JobChange>()
        private let clock: JobClock

        init(clock: JobClock) { self.clock = clock }

        func take(_ tableNews: TableNews) {
            let now = clock.now()
            // Sent under the lock, so that changes come in their order.
            state.withLock { index in
                switch tableNews {
                case .entry(let entry): if let change = index.take(entry, now: now) { news.send(change) }
                case .everything(let entries, let upTo):
                    for change in index.take(entries, upTo: upTo, now: now) { news.send(change) }
                }
            }
        }
    }

    init(
        _ stream: NATSStream, _ connection: NATSConnection, claims: NATSClaims, clock: JobClock,
        recordRetention: TimeInterval,
        logger: Logger
    ) {
        let index = Shared(clock: clock)
        self.index = index
        self.clock = clock
        self.recordRetention = recordRetention
        table = NATSTable(stream, connection, claims: claims, logger: logger) { index.take($0) }
    }

    func open() async throws -> Task<Void, Never> { try await table.open() }

    func close() { index.news.finish() }

    // MARK: JobStore

    func create(_ job: Job, idempotency: IdempotencyKey?, limits: QueueLimits) async throws -> JobCreation {
        defer { index.state.withLock { $0.unreserve(job.id) } }
        guard let idempotency else {
            if let unfinished = index.state.withLock({ $0.reserve(job, limits: limits) }) {
                return .full(unfinished: unfinished)
            }
            return try await write(StoredJob(job: job))
        }
        let place = KeyClaim.place(idempotency, owner: job.owner)
        for _ in 0..<Self.attempts {
            let claimed = try await table.read(place)
            if let creation = try await settled(claimed, idempotency.digest) { return creation }
            if let unfinished = index.state.withLock({ $0.reserve(job, limits: limits) }) {
                return .full(unfinished: unfinished)
            }
            let stored = StoredJob(job: job, claim: place)
            let claim = try JSONEncoder().encode(KeyClaim(digest: idempotency.digest, stored: stored))
            let expected = claimed.map { NATSExpectation.sequence($0.sequence) } ?? .absent
            guard let sequence = try await table.write(place, claim, expecting: expected) else { continue }
            do {
                return try await write(stored)
            } catch {
                // Who is told of an error takes the job's files away, so nobody may write it for us.
                _ = try? await table.remove(place, expecting: .sequence(sequence))
                throw error
            }
        }
        throw Self.contended(job.id)
    }

    func job(_ id: JobID) async throws -> Job? { try await record(id)?.stored.job }

    func jobs(_ filter: JobFilter, after cursor: JobID?, limit: Int) async throws -> [Job] {
        index.state.withLock { $0.jobs(filter, after: cursor, limit: limit) }
    }

    func update(_ job: Job, delivery: Delivery?) async throws -> Job {
        var next = job
        next.revision += 1
        let replacement = next
        let stored = try await change(job.id, isKnownGood: { $0.job.revision == job.revision }) { stored in
            guard stored.job.revision == job.revision else {
                throw JobsError(
                    .conflict, job.id.rawValue, found: "revision \(stored.job.revision)",
                    expected: "revision \(job.revision)", remedy: "read the job again")
            }
            stored.job = replacement
            guard let delivery, !stored.deliveries.contains(where: { $0.id == delivery.id }) else { return }
            stored.deliveries.append(delivery)
        }
        guard let stored else { throw JobsError(.notFound, job.id.rawValue, found: "no such job") }
        return stored.job
    }

    func delete(_ id: JobID) async throws -> Bool {
        for _ in 0..<Self.attempts {
            guard let record = try await record(id) else { return false }
            let key = JobIndex.key(of: id)
            guard try await table.remove(key, expecting: .sequence(record.sequence)) != nil else { continue }
            // The record first: a key whose job is marked as removed is as good as free.
            try await free(record.stored.claim, of: id)
            return true
        }
        throw Self.contended(id)
    }

    func unfinished() async throws -> [Job] { index.state.withLock { $0.unfinished } }

    func due(by time: Date, limit: Int) async throws -> [Job] {
        index.state.withLock { $0.due(by: time, recordRetention: recordRetention, limit: limit) }
    }

    func backlog(cappedAt cap: Int) async throws -> Backlog { index.state.withLock { $0.backlog(cappedAt: cap) } }

    func queuedBefore(_ id: JobID) async throws -> Int { index.state.withLock { $0.queuedBefore(id) } }

    func counts() async throws -> [JobPhase: Int] { index.state.withLock { $0.counts } }

    func changes() -> AsyncStream<JobChange> { index.news.stream(.bufferingNewest(4096)) }

    // MARK: Deliveries

    var deliveries: [Delivery] { index.state.withLock { $0.deliveries } }

    func job(ofDelivery id: String) -> JobID? { index.state.withLock { $0.job(ofDelivery: id) } }

    /// Changes what is stored of a job, by compare-and-set, as often as it takes.
    ///
    /// - Parameters:
    ///   - isKnownGood: whether what the index has will do to begin with; else the leader is asked.
    ///   - body: changes it, or throws what is to be thrown.
    /// - Returns: what is stored then; nil when there is no such job.
    func change(
        _ id: JobID, isKnownGood: (StoredJob) -> Bool = { _ in true }, _ body: (inout StoredJob) throws -> Void
    ) async throws -> StoredJob? {
        var known = index.state.withLock { $0.records[id] }
        if let record = known, !isKnownGood(record.stored) { known = nil }
        for _ in 0..<Self.attempts {
            if known == nil { known = try await record(id) }
            guard let record = known else { return nil }
            var stored = record.stored
            try body(&stored)
            guard stored != record.stored else { return stored }
            let expected = NATSExpectation.sequence(record.sequence)
            if try await table.write(JobIndex.key(of: id), stored.encoded(), expecting: expected) != nil {
                return stored
            }
            known = nil
        }
        throw Self.contended(id)
    }

    /// The first value that was proposed under a name.
    func shared(_ name: String, _ proposal: Data) async throws -> Data {
        let key = "shared.\(Data(name.utf8).hexadecimal)"
        if let value = try await table.read(key)?.value { return value }
        if try await table.write(key, proposal, expecting: .absent) != nil { return proposal }
        guard let value = try await table.read(key)?.value else {
            throw JobsError(.storage, name, found: "removed from the engine meanwhile", remedy: "start again")
        }
        return value
    }

    /// Removes marks that have served.
    func forgetOldMarks() async throws {
        let before = clock.now() - Self.markTime
        for (key, mark) in index.state.withLock({ $0.marks }) where mark.seenAt < before {
            try await table.forget(mark.sequence)
            index.state.withLock { $0.forgetMark(key) }
        }
    }

    // MARK: Steps

    private func record(_ id: JobID) async throws -> JobIndex.Record? {
        guard let entry = try await table.read(JobIndex.key(of: id)), let value = entry.value else { return nil }
        return JobIndex.Record(sequence: entry.sequence, stored: try StoredJob.decode(value))
    }

    private func write(_ stored: StoredJob) async throws -> JobCreation {
        let id = stored.job.id
        guard try await table.write(JobIndex.key(of: id), stored.encoded(), expecting: .absent) == nil else {
            return .created(stored.job)
        }
        // Somebody with the same key has written it for us, and it may have moved on.
        guard let record = try await record(id) else { throw JobsError(.notFound, id.rawValue, found: "removed") }
        return .created(record.stored.job)
    }

    /// What an idempotency key's claim comes to; nil when the key is free.
    private func settled(_ entry: TableEntry?, _ digest: Data) async throws -> JobCreation? {
        guard let value = entry?.value else { return nil }
        let claim = try JSONDecoder().decode(KeyClaim.self, from: value)
        let id = claim.stored.job.id
        let key = JobIndex.key(of: id)
        var found = try await table.read(key)
        if found == nil {
            guard clock.now() < claim.stored.job.createdAt + KeyClaim.helpTime else { return nil }
            _ = try await table.write(key, claim.stored.encoded(), expecting: .absent)
            found = try await table.read(key)
        }
        guard let record = found?.value else { return nil }
        return claim.digest == digest ? .existing(try StoredJob.decode(record).job) : .mismatch
    }

    private func free(_ claim: String?, of id: JobID) async throws {
        guard let claim, let entry = try await table.read(claim), let value = entry.value,
            try JSONDecoder().decode(KeyClaim.self, from: value).stored.job.id == id
        else { return }
        try await table.remove(claim, expecting: .sequence(entry.sequence))
    }

    private static func contended(_ id: JobID) -> JobsError {
        JobsError(.conflict, id.rawValue, found: "changed \(attempts) times meanwhile", remedy: "try again")
    }
}

#endif
