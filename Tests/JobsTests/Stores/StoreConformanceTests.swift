import Foundation
import Logging
import Testing

@testable import Jobs

/// What every engine behind the protocols must do; `backend` is the one place that names an engine.
@Suite struct StoreConformanceTests {
    let scratch: Scratch
    let time = TestClock()
    let backend: JobBackend
    let ids: JobIDGenerator

    init() async throws {
        scratch = try Scratch()
        let time = time
        ids = JobIDGenerator(now: { time.now })
        backend = try await .embedded(
            folder: scratch.folder("data"), settings: Studio.settings, clock: time.clock, logger: Studio.logger)
    }

    func newJob(owner: String = "me", retention: TimeInterval = 100) -> Job {
        time.advance(0.001)
        return Job(id: ids.next(), owner: owner, request: Data("{}".utf8), createdAt: time.now, retention: retention)
    }

    func stored(owner: String = "me", events: [JobEvent] = []) async throws -> Job {
        let job = newJob(owner: owner)
        _ = try await backend.store.create(job, idempotency: nil, limits: QueueLimits())
        return try await applied(events, to: job)
    }

    func applied(_ events: [JobEvent], to job: Job) async throws -> Job {
        var job = job
        for event in events {
            _ = try job.state.apply(event, at: time.now)
            job = try await backend.store.update(job, delivery: nil)
        }
        return job
    }

    // MARK: Records

    @Test func aRecordComesBackAsItWas() async throws {
        let plan = try JobPlan(frameCount: 100, framesPerSegment: 25, details: Data([1, 2, 3]))
        let job = try await stored(events: [
            .started, .planned(plan, timings: ["features": 0.1]),
            .segmentCommitted(index: 2, frames: 25, seconds: 0.3, timings: ["render": 0.3]),
        ])
        #expect(try await backend.store.job(job.id) == job)
        #expect(job.revision == 4)
        #expect(try await backend.store.job(ids.next()) == nil)
    }

    @Test func aKeyMakesManyRequestsOne() async throws {
        let key = IdempotencyKey(key: "k", digest: Data([1]))
        let jobs = (0..<20).map { _ in newJob() }
        let creations = try await withThrowingTaskGroup(of: JobCreation.self) { group in
            for job in jobs {
                group.addTask { try await backend.store.create(job, idempotency: key, limits: QueueLimits()) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let created = creations.compactMap { if case .created(let job) = $0 { job } else { nil } }
        let job = try #require(created.first)
        #expect(created.count == 1)
        #expect(creations.count { $0 == .existing(job) } == 19)
        let other = IdempotencyKey(key: "k", digest: Data([2]))
        #expect(try await backend.store.create(newJob(), idempotency: other, limits: QueueLimits()) == .mismatch)
        // Another owner's key is another key; a removed job's is free again.
        let theirs = newJob(owner: "you")
        #expect(try await backend.store.create(theirs, idempotency: key, limits: QueueLimits()) == .created(theirs))
        #expect(try await backend.store.delete(job.id))
        let again = newJob()
        #expect(try await backend.store.create(again, idempotency: other, limits: QueueLimits()) == .created(again))
    }

    @Test func limitsCountUnfinishedJobs() async throws {
        let limits = QueueLimits(total: 3, perOwner: 2)
        func create(_ owner: String, _ key: String? = nil) async throws -> JobCreation {
            try await backend.store.create(
                newJob(owner: owner), idempotency: key.map { IdempotencyKey(key: $0, digest: Data()) }, limits: limits)
        }
        let first = try await stored(owner: "a")
        guard case .created(let keyed) = try await create("a", "key") else { throw CancellationError() }
        #expect(try await create("a") == .full(unfinished: 2))
        // A repetition is no new job.
        #expect(try await create("a", "key") == .existing(keyed))
        _ = try await stored(owner: "b")
        #expect(try await create("b") == .full(unfinished: 3))
        _ = try await applied([.cancelRequested], to: first)
        guard case .created = try await create("a") else { throw CancellationError() }
    }

    @Test func onlyOneOfManyChangesToARevisionSucceeds() async throws {
        let job = try await stored()
        var changed = job
        _ = try changed.state.apply(.started, at: time.now)
        let next = changed
        let codes = await withTaskGroup(of: JobsError.Code?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do { _ = try await backend.store.update(next, delivery: nil) } catch {
                        return (error as? JobsError)?.code
                    }
                    return nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 1)
        #expect(codes.count { $0 == .conflict } == 19)
        #expect(try await backend.store.job(job.id)?.revision == 2)
        await #expect { try await backend.store.update(newJob(), delivery: nil) } throws: {
            ($0 as? JobsError)?.code == .notFound
        }
    }

    @Test func listsByOwnerAndPhaseNewestFirstPageByPage() async throws {
        var mine: [Job] = []
        for number in 0..<7 {
            mine.insert(try await stored(events: number.isMultiple(of: 2) ? [.started] : []), at: 0)
            _ = try await stored(owner: "you")
        }
        var pages: [[Job]] = []
        var cursor: JobID?
        repeat {
            pages.append(try await backend.store.jobs(JobFilter(owner: "me"), after: cursor, limit: 3))
            cursor = pages.last?.last?.id
        } while cursor != nil
        #expect(pages.map(\.count) == [3, 3, 1, 0])
        #expect(pages.flatMap { $0 } == mine)
        let started = try await backend.store.jobs(
            JobFilter(owner: "me", phases: [.inProgress, .failed]), after: nil, limit: 100)
        #expect(started == mine.filter { $0.phase == .inProgress })
        #expect(try await backend.store.jobs(JobFilter(), after: nil, limit: 100).count == 14)
        #expect(try await backend.store.jobs(JobFilter(phases: [.queued]), after: nil, limit: 100).count == 10)
        #expect(try await backend.store.counts() == [.queued: 10, .inProgress: 4])
        #expect(try await backend.store.queuedBefore(mine[1].id) == 7)
        #expect(
            try await backend.store.unfinished().map(\.id)
                == backend.store.jobs(.init(), after: nil, limit: 99).map(\.id).reversed())
    }

    @Test func tellsTheBacklogCappedPerJob() async throws {
        let plan = try JobPlan(frameCount: 100)
        _ = try await stored()
        _ = try await stored(events: [.started, .planned(plan)])
        _ = try await stored(events: [
            .started, .planned(plan), .segmentCommitted(index: 0, frames: 25, seconds: 1),
            .segmentCommitted(index: 1, frames: 25, seconds: 1), .segmentCommitted(index: 2, frames: 25, seconds: 1),
        ])
        _ = try await stored(events: [.cancelRequested])
        #expect(try await backend.store.backlog(cappedAt: 40) == Backlog(jobs: 3, unplanned: 1, frames: 65))
        #expect(try await backend.store.backlog(cappedAt: .max) == Backlog(jobs: 3, unplanned: 1, frames: 125))
    }

    @Test func whatHasEndedFallsDueTwice() async throws {
        let job = try await stored(events: [.cancelRequested])
        #expect(try await backend.store.due(by: time.now + 99, limit: 10) == [])
        #expect(try await backend.store.due(by: time.now + 100, limit: 10) == [job])
        let expired = try await applied([.expired], to: job)
        #expect(try await backend.store.due(by: time.now + 101, limit: 10) == [])
        #expect(try await backend.store.due(by: time.now + Studio.settings.recordRetention, limit: 10) == [expired])
    }

    @Test func changesAreHinted() async throws {
        let changes = backend.store.changes()
        let job = try await stored()
        let started = try await applied([.started], to: job)
        #expect(try await backend.store.delete(job.id))
        #expect(try await !backend.store.delete(job.id))
        var seen: [JobChange] = []
        for await change in changes {
            seen.append(change)
            if seen.count == 3 { break }
        }
        #expect(seen == [.changed(job), .changed(started), .removed(job.id)])
    }

    // MARK: Queue

    @Test func aLeaseIsOneWorkersUntilItEnds() async throws {
        let job = try await stored()
        try await backend.queue.add([.plan], of: job.id, owner: job.owner)
        let first = try #require(try await backend.queue.lease(worker: "a", for: .seconds(30)))
        #expect(first.item == WorkItem(job: job.id, kind: .plan) && first.deliveries == 1 && first.worker == "a")
        #expect(try await backend.queue.lease(worker: "b", for: .seconds(30)) == nil)
        time.advance(29)
        #expect(try await backend.queue.extend(first, for: .seconds(30)))
        time.advance(29)
        #expect(try await backend.queue.lease(worker: "b", for: .seconds(30)) == nil)
        time.advance(1)
        let second = try #require(try await backend.queue.lease(worker: "b", for: .seconds(30)))
        #expect(second.item == first.item && second.deliveries == 2)
        // The first worker has lost it.
        #expect(try await !backend.queue.extend(first, for: .seconds(30)))
        #expect(try await !backend.queue.complete(first))
        #expect(try await !backend.queue.release(first, delay: .zero, counted: true))
        #expect(try await backend.queue.complete(second))
        #expect(try await backend.queue.lease(worker: "a", for: .seconds(30)) == nil)
        #expect(try await backend.queue.statistics() == QueueStatistics(waiting: 0, leased: 0, expiredLeases: 1))
    }

    @Test func whatIsPutBackComesAgainAfterItsDelay() async throws {
        let job = try await stored()
        try await backend.queue.add([.segment(0)], of: job.id, owner: job.owner)
        let first = try #require(try await backend.queue.lease(worker: "a", for: .seconds(30)))
        #expect(try await backend.queue.release(first, delay: .seconds(5), counted: true))
        time.advance(4.9)
        #expect(try await backend.queue.lease(worker: "a", for: .seconds(30)) == nil)
        time.advance(0.1)
        let second = try #require(try await backend.queue.lease(worker: "a", for: .seconds(30)))
        #expect(second.deliveries == 2)
        #expect(try await backend.queue.release(second, delay: .zero, counted: false))
        let third = try #require(try await backend.queue.lease(worker: "a", for: .seconds(30)))
        #expect(third.deliveries == 2)
        // A job's removal ends its leases.
        try await backend.queue.remove(job.id)
        #expect(try await !backend.queue.extend(third, for: .seconds(30)))
        #expect(try await backend.queue.lease(worker: "a", for: .seconds(30)) == nil)
    }

    @Test func manyWorkersNeverHoldTheSameItem() async throws {
        for _ in 0..<5 {
            let job = try await stored()
            try await backend.queue.add((0..<20).map(WorkKind.segment), of: job.id, owner: job.owner)
        }
        let items = try await withThrowingTaskGroup(of: [WorkItem].self) { group in
            for number in 0..<8 {
                group.addTask {
                    var items: [WorkItem] = []
                    while let lease = try await backend.queue.lease(worker: "\(number)", for: .seconds(30)) {
                        items.append(lease.item)
                    }
                    return items
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(items.count == 100)
        #expect(Set(items).count == 100)
    }

    @Test func arrivalsAreHinted() async throws {
        let arrivals = backend.queue.arrivals()
        try await backend.queue.add([.plan], of: ids.next(), owner: "me")
        for await _ in arrivals { break }
    }

    // MARK: Segments and blobs

    @Test func theFirstOfManyCommitsWins() async throws {
        let id = ids.next()
        let files = try (0..<40).map { try scratch.file("writer \($0)") }
        let winners = try await withThrowingTaskGroup(of: Int?.self) { group in
            for (number, file) in files.enumerated() {
                group.addTask { try await backend.segments.commit(id, 7, file: file) ? number : nil }
            }
            return try await group.reduce(into: []) { if let winner = $1 { $0.append(winner) } }
        }
        #expect(winners.count == 1)
        #expect(try text(try await backend.segments.path(id, 7)) == "writer \(winners[0])")
        #expect(files.allSatisfy { !FileManager.default.fileExists(atPath: $0) })
    }

    @Test func segmentsAreListedAndRemoved() async throws {
        let id = ids.next()
        #expect(try await backend.segments.committed(id) == [])
        for index in [3, 0, 123_456, 11] {
            #expect(try await backend.segments.commit(id, index, file: try scratch.file("\(index)")))
        }
        #expect(try await backend.segments.committed(id) == [0, 3, 11, 123_456])
        #expect(try await backend.segments.path(id, 1) == nil)
        let path = try #require(try await backend.segments.path(id, 3))
        let handle = try #require(FileHandle(forReadingAtPath: path))
        try await backend.segments.delete(id)
        try await backend.segments.delete(id)
        #expect(try await backend.segments.path(id, 3) == nil)
        #expect(handle.readDataToEndOfFile() == Data("3".utf8))
        await #expect(throws: JobsError.self) {
            try await backend.segments.commit(id, 0, file: scratch.folder("missing"))
        }
        #expect(try await backend.disk().used == 0)
    }

    @Test func blobsAreReplacedReadAndRemoved() async throws {
        let id = ids.next()
        #expect(try await backend.blobs.put(id, "audio", file: try scratch.file("one")) == 3)
        #expect(try await backend.blobs.put(id, "audio", file: try scratch.file("three")) == 5)
        #expect(try await backend.blobs.put(id, "video.mp4", file: try scratch.file("")) == 0)
        #expect(try text(try await backend.blobs.path(id, "audio")) == "three")
        #expect(try await backend.disk().used == 5)
        try await backend.blobs.delete(id, "audio")
        try await backend.blobs.delete(id, "audio")
        #expect(try await backend.blobs.path(id, "audio") == nil)
        try await backend.blobs.delete(id)
        #expect(try await backend.blobs.path(id, "video.mp4") == nil)
        #expect(try await backend.disk().used == 0)
    }

    @Test(arguments: ["", ".", "..", ".hidden", "a/b", "../x", "a b", "é", "a\0b", String(repeating: "a", count: 101)])
    func blobNamesThatCannotBeFilesAreRefused(_ name: String) async throws {
        let file = try scratch.file("x")
        await #expect { try await backend.blobs.put(ids.next(), name, file: file) } throws: {
            ($0 as? JobsError)?.code == .invalid
        }
    }

    // MARK: Deliveries

    @Test func deliveriesStayUntilTheyAreDone() async throws {
        let job = try await stored()
        func delivery(_ id: String, after seconds: TimeInterval) -> Delivery {
            Delivery(
                id: id, job: job.id, url: "https://example.com", phase: .completed, createdAt: time.now,
                nextAt: time.now + seconds)
        }
        let (late, soon) = (delivery("late", after: 60), delivery("soon", after: 0))
        for delivery in [late, soon, soon] { try await backend.deliveries.put(delivery) }
        #expect(try await backend.deliveries.due(by: time.now, limit: 10) == [soon])
        #expect(try await backend.deliveries.due(by: time.now + 60, limit: 10) == [soon, late])
        #expect(try await backend.deliveries.due(by: time.now + 60, limit: 1) == [soon])
        try await backend.deliveries.reschedule("soon", at: time.now + 120)
        // A time since 1970 and one since 2001 differ in their last bits.
        let next = try #require(try await backend.deliveries.nextDue())
        #expect(abs(next.timeIntervalSince(time.now + 60)) < 0.001)
        let again = try await backend.deliveries.due(by: time.now + 120, limit: 10)
        #expect(again.map(\.id) == ["late", "soon"] && again.map(\.attempts) == [0, 1])
        try await backend.deliveries.done("late")
        #expect(try await backend.deliveries.due(by: time.now + 120, limit: 10).map(\.id) == ["soon"])
        await #expect(throws: JobsError.self) { try await backend.deliveries.reschedule("late", at: time.now) }
        // They go with their job.
        #expect(try await backend.store.delete(job.id))
        #expect(try await backend.deliveries.nextDue() == nil)
    }
}
