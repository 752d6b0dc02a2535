#if NATS

import Foundation
import Jobs
import Logging
import Synchronization

/// The queue in a stream: a record for each job says which items it has, one for each item that somebody has had says
/// who. A lease is taken, kept and given back by compare-and-set, so only one worker has it, and whoever has lost it is
/// told.
///
/// No consumer is involved. Those hand out in one order, know nothing of owners, count every delivery against an item,
/// and say yes to whoever acknowledges what he has lost.
final class NATSWorkQueue: WorkQueue {
    private static let attempts = 100

    private let table: NATSTable
    private let mirror: Shared
    private let clock: JobClock
    private let logger: Logger

    /// What the table's observer and the queue both hold.
    final class Shared: Sendable {
        let state: Mutex<WorkMirror>
        let bell = Broadcast<Void>()
        private let clock: JobClock

        init(openJobsPerOwner: Int, clock: JobClock) {
            state = Mutex(WorkMirror(openJobsPerOwner: openJobsPerOwner))
            self.clock = clock
        }

        func take(_ news: TableNews) {
            let now = clock.now()
            let isNews = state.withLock { mirror in
                switch news {
                case .entry(let entry): return mirror.take(entry, now: now)
                case .everything(let entries, let upTo):
                    mirror.take(entries, upTo: upTo, now: now)
                    return true
                }
            }
            if isNews { bell.send(()) }
        }
    }

    init(
        _ stream: NATSStream, _ connection: NATSConnection, claims: NATSClaims, openJobsPerOwner: Int, clock: JobClock,
        logger: Logger
    ) {
        let mirror = Shared(openJobsPerOwner: openJobsPerOwner, clock: clock)
        self.mirror = mirror
        self.clock = clock
        self.logger = logger
        table = NATSTable(stream, connection, claims: claims, logger: logger) { mirror.take($0) }
    }

    func open() async throws -> Task<Void, Never> { try await table.open() }

    func close() { mirror.bell.finish() }

    // MARK: WorkQueue

    func add(_ kinds: [WorkKind], of job: JobID, owner: String, need: String?) async throws {
        guard !kinds.isEmpty else { return }
        for _ in 0..<Self.attempts {
            let (listing, done) = mirror.state.withLock { mirror in
                let done = kinds.filter { mirror.tenures[WorkItem(job: job, kind: $0)]?.record.state == .done }
                return (mirror.jobs[job], done)
            }
            var record = listing?.record ?? WorkRecord(owner: owner)
            record.insert(kinds)
            if let need { record.need = need }
            if record != listing?.record {
                let expected = listing.map { NATSExpectation.sequence($0.sequence) } ?? .absent
                let value = try JSONEncoder().encode(record)
                guard try await table.write(WorkKey.job(job).text, value, expecting: expected) != nil else {
                    try await reread(.job(job), after: listing?.sequence)
                    continue
                }
            }
            for kind in done { try await renew(WorkItem(job: job, kind: kind)) }
            return
        }
        throw Self.contended(job)
    }

    func lease(
        worker: String, for duration: Duration, has: @Sendable (_ need: String) -> Bool
    ) async throws -> Lease? {
        for _ in 0..<Self.attempts {
            guard let offer = mirror.state.withLock({ $0.offer(now: clock.now(), has: has) }) else { return nil }
            do {
                if let lease = try await lease(offer, worker, duration) { return lease }
            } catch {
                mirror.state.withLock { $0.withdraw(offer, now: clock.now()) }
                throw error
            }
        }
        return nil
    }

    func extend(_ lease: Lease, for duration: Duration) async throws -> Bool {
        try await change(lease) { record in
            record.seconds = duration / .seconds(1)
            record.beats += 1
        }
    }

    func complete(_ lease: Lease) async throws -> Bool {
        try await change(lease) { record in
            record.state = .done
            record.deliveries = 0
            record.seconds = 0
        }
    }

    func release(_ lease: Lease, delay: Duration, counted: Bool) async throws -> Bool {
        try await change(lease) { record in
            record.state = .free
            record.deliveries -= counted ? 0 : 1
            record.seconds = max(0, delay / .seconds(1))
        }
    }

    func remove(_ job: JobID) async throws {
        try await table.remove(WorkKey.job(job).text)
        try await table.purge("lease.\(job).>")
    }

    func statistics() async throws -> QueueStatistics { mirror.state.withLock { $0.statistics } }

    func arrivals() -> AsyncStream<Void> { mirror.bell.stream(.bufferingNewest(1)) }

    /// Removes marks that have served.
    func forgetOldMarks() async throws {
        let before = clock.now() - NATSJobStore.markTime
        let old = mirror.state.withLock { $0.jobs.filter { $0.value.record == nil && $0.value.seenAt < before } }
        for (id, mark) in old {
            try await table.forget(mark.sequence)
            mirror.state.withLock { $0.forgetMark(id) }
        }
    }

    // MARK: Steps

    /// Takes what is offered; nil when somebody else has been quicker.
    private func lease(_ offer: WorkMirror.Offer, _ worker: String, _ duration: Duration) async throws -> Lease? {
        let seconds = duration / .seconds(1)
        let record = LeaseRecord(
            state: .held, worker: worker, token: .random(in: 1 ... .max),
            deliveries: (offer.former?.record.deliveries ?? 0) + 1, seconds: seconds)
        // Seen from before the call, so that we never think longer than others that it is ours.
        let expiresAt = clock.now().addingTimeInterval(seconds)
        let expected = offer.former.map { NATSExpectation.sequence($0.sequence) } ?? .absent
        let key = WorkKey.lease(offer.item)
        guard try await table.write(key.text, JSONEncoder().encode(record), expecting: expected) != nil else {
            try await reread(key, after: offer.former?.sequence)
            // Put back only if that has told us nothing.
            mirror.state.withLock { $0.withdraw(offer, now: clock.now()) }
            return nil
        }
        return Lease(
            item: offer.item, worker: worker, token: record.token, deliveries: record.deliveries, expiresAt: expiresAt)
    }

    /// Changes the record of a lease; false when it is lost.
    private func change(_ lease: Lease, _ body: (inout LeaseRecord) -> Void) async throws -> Bool {
        let key = WorkKey.lease(lease.item)
        for _ in 0..<Self.attempts {
            // What we know may be old, but then the stream refuses the change.
            guard let tenure = mirror.state.withLock({ $0.tenures[lease.item] }), tenure.record.state == .held,
                tenure.record.token == lease.token
            else { return false }
            var record = tenure.record
            body(&record)
            let value = try JSONEncoder().encode(record)
            if try await table.write(key.text, value, expecting: .sequence(tenure.sequence)) != nil { return true }
            try await reread(key, after: tenure.sequence)
        }
        throw Self.contended(lease.item.job)
    }

    /// Makes an item that is done one to be done.
    private func renew(_ item: WorkItem) async throws {
        for _ in 0..<Self.attempts {
            guard let tenure = mirror.state.withLock({ $0.tenures[item] }), tenure.record.state == .done else { return }
            var record = tenure.record
            record.state = .free
            let value = try JSONEncoder().encode(record)
            let key = WorkKey.lease(item)
            if try await table.write(key.text, value, expecting: .sequence(tenure.sequence)) != nil { return }
            try await reread(key, after: tenure.sequence)
        }
    }

    /// Learns how an entry really is, of which a change has been refused.
    ///
    /// - Parameter sequence: what we took for its number; nil if we took it that there is none.
    private func reread(_ key: WorkKey, after sequence: UInt64?) async throws {
        if let entry = try await table.read(key.text) {
            let isCorrected = mirror.state.withLock { $0.correct(entry, insteadOf: sequence ?? 0, now: clock.now()) }
            if isCorrected {
                logger.warning(
                    "the engine has given an entry a lower number than before",
                    metadata: ["key": "\(key.text)", "before": "\(sequence ?? 0)", "now": "\(entry.sequence)"])
            }
            return
        }
        // Purged: of a job, all is; of a lease, what we knew.
        switch key {
        case .job(let id): mirror.state.withLock { $0.forget(id) }
        case .lease(let item): mirror.state.withLock { $0.free(item) }
        }
    }

    private static func contended(_ job: JobID) -> JobsError {
        JobsError(.conflict, job.rawValue, found: "its work changed \(attempts) times meanwhile", remedy: "try again")
    }
}

#endif
