import Foundation
import Synchronization

/// The queue in memory: at the start it is filled anew from records and segments, which are the truth.
final class EmbeddedWorkQueue: WorkQueue {
    private let schedule: Mutex<FairSchedule>
    private let ledger: LeaseLedger
    private let clock: JobClock
    private let probe: CrashPoint.Probe
    private let bell = Broadcast<Void>()

    init(_ schedule: FairSchedule, ledger: LeaseLedger, clock: JobClock, probe: @escaping CrashPoint.Probe = { _ in }) {
        self.schedule = Mutex(schedule)
        self.ledger = ledger
        self.clock = clock
        self.probe = probe
    }

    func add(_ kinds: [WorkKind], of job: JobID, owner: String, need: String?) async throws {
        schedule.withLock { $0.add(kinds, of: job, owner: owner, need: need) }
        bell.send(())
    }

    func lease(
        worker: String, for duration: Duration, has: @Sendable (_ need: String) -> Bool
    ) async throws -> Lease? {
        try probe(.leasing)
        let now = clock.now()
        let leased = schedule.withLock { $0.lease(worker: worker, now: now, for: duration, has: has) }
        guard let lease = leased else { return nil }
        do {
            try await ledger.begin(lease.item)
        } catch {
            _ = schedule.withLock { $0.release(lease, now: now, delay: .seconds(1), counted: false) }
            throw error
        }
        try probe(.leased)
        return lease
    }

    func extend(_ lease: Lease, for duration: Duration) async throws -> Bool {
        schedule.withLock { $0.extend(lease, now: clock.now(), for: duration) }
    }

    func complete(_ lease: Lease) async throws -> Bool {
        guard schedule.withLock({ $0.complete(lease, now: clock.now()) }) else { return false }
        try await ledger.end(lease.item)
        return true
    }

    func release(_ lease: Lease, delay: Duration, counted: Bool) async throws -> Bool {
        guard schedule.withLock({ $0.release(lease, now: clock.now(), delay: delay, counted: counted) }) else {
            return false
        }
        bell.send(())
        try await ledger.release(lease.item)
        return true
    }

    func remove(_ job: JobID) async throws {
        schedule.withLock { $0.remove(job) }
        try await ledger.end(job)
    }

    func statistics() async throws -> QueueStatistics { schedule.withLock { $0.statistics } }

    func arrivals() -> AsyncStream<Void> { bell.stream(.bufferingNewest(1)) }

    func close() { bell.finish() }
}
