#if NATS

import Foundation
import Testing

@testable import Jobs
@testable import NATSJobs

/// What a node knows of the queue, where the engine's numbers go back.
@Suite struct WorkMirrorTests {
    private static let now = Date(timeIntervalSince1970: 1_000)
    private let id = JobIDGenerator(now: { Self.now }).next()

    private func job(_ kinds: [WorkKind], at sequence: UInt64) throws -> TableEntry {
        var record = WorkRecord(owner: "me")
        record.insert(kinds)
        return TableEntry(key: WorkKey.job(id).text, sequence: sequence, value: try JSONEncoder().encode(record))
    }

    private func lease(_ state: LeaseRecord.State, at sequence: UInt64) throws -> TableEntry {
        let record = LeaseRecord(state: state, worker: "w", token: 7, deliveries: 1, seconds: 30)
        let key = WorkKey.lease(WorkItem(job: id, kind: .segment(0)))
        return TableEntry(key: key.text, sequence: sequence, value: try JSONEncoder().encode(record))
    }

    @Test func aRefusedChangeCorrectsWhatWasKnown() throws {
        var mirror = WorkMirror(openJobsPerOwner: 8)
        _ = try mirror.take(job([.segment(0)], at: 20), now: Self.now)
        // An older number is no news, and what is known meanwhile under another is not touched.
        let further = try job([.segment(0), .segment(1)], at: 18)
        let told = [
            mirror.take(further, now: Self.now), mirror.correct(further, insteadOf: 19, now: Self.now),
            mirror.correct(further, insteadOf: 20, now: Self.now),
            mirror.correct(further, insteadOf: 18, now: Self.now),
        ]
        #expect(told == [false, false, true, false])
        #expect(mirror.jobs[id]?.sequence == 18 && mirror.statistics.waiting == 2)
        // From there on it goes as ever.
        let isNews = try mirror.take(job([.segment(0), .segment(1), .segment(2)], at: 19), now: Self.now)
        #expect(isNews && mirror.statistics.waiting == 3)
    }

    @Test func soItDoesOfALease() throws {
        var mirror = WorkMirror(openJobsPerOwner: 8)
        _ = try mirror.take(job([.segment(0)], at: 20), now: Self.now)
        _ = try mirror.take(lease(.held, at: 30), now: Self.now)
        #expect(mirror.statistics == QueueStatistics(waiting: 0, leased: 1))
        let free = try lease(.free, at: 25)
        let told = [29, 30].map { mirror.correct(free, insteadOf: $0, now: Self.now) }
        #expect(told == [false, true])
        #expect(mirror.tenures[WorkItem(job: id, kind: .segment(0))]?.sequence == 25 && mirror.statistics.leased == 0)
    }

    @Test func nothingIsMadeUp() throws {
        var mirror = WorkMirror(openJobsPerOwner: 8)
        let told = try [0, 9].map { try mirror.correct(job([.plan], at: 3), insteadOf: $0, now: Self.now) }
        #expect(told == [false, false])
        #expect(mirror.jobs.isEmpty && mirror.statistics == QueueStatistics())
    }
}

#endif
