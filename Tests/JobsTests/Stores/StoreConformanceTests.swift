import Foundation
import Testing

@testable import Jobs

/// What every engine behind the protocols must do; `TestEngine` is the one place that names the engines.
@Suite struct StoreConformanceTests {
    // MARK: Records

    @Test(arguments: TestEngine.all)
    func aRecordComesBackAsItWas(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let plan = try JobPlan(frameCount: 100, framesPerSegment: 25, details: Data([1, 2, 3]))
        let job = try await bench.stored(events: [
            .started, .planned(plan, timings: ["features": 0.1]),
            .segmentCommitted(index: 2, frames: 25, seconds: 0.3, timings: ["render": 0.3]),
        ])
        #expect(try await bench.backend.store.job(job.id) == job)
        #expect(job.revision == 4)
        #expect(try await bench.backend.store.job(bench.ids.next()) == nil)
    }

    @Test(arguments: TestEngine.all)
    func aKeyMakesManyRequestsOne(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let key = IdempotencyKey(key: "k", digest: Data([1]))
        let jobs = (0..<20).map { _ in bench.newJob() }
        let creations = try await withThrowingTaskGroup(of: JobCreation.self) { group in
            for job in jobs {
                group.addTask { try await bench.backend.store.create(job, idempotency: key, limits: QueueLimits()) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let created = creations.compactMap { if case .created(let job) = $0 { job } else { nil } }
        let job = try #require(created.first)
        #expect(created.count == 1)
        #expect(creations.count { $0 == .existing(job) } == 19)
        let other = IdempotencyKey(key: "k", digest: Data([2]))
        #expect(
            try await bench.backend.store.create(bench.newJob(), idempotency: other, limits: QueueLimits()) == .mismatch
        )
        // Another owner's key is another key; a removed job's is free again.
        let theirs = bench.newJob(owner: "you")
        #expect(
            try await bench.backend.store.create(theirs, idempotency: key, limits: QueueLimits()) == .created(theirs))
        #expect(try await bench.backend.store.delete(job.id))
        let again = bench.newJob()
        #expect(
            try await bench.backend.store.create(again, idempotency: other, limits: QueueLimits()) == .created(again))
    }

    @Test(arguments: TestEngine.all)
    func limitsCountUnfinishedJobs(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let limits = QueueLimits(total: 3, perOwner: 2)
        func create(_ owner: String, _ key: String? = nil) async throws -> JobCreation {
            try await bench.backend.store.create(
                bench.newJob(owner: owner), idempotency: key.map { IdempotencyKey(key: $0, digest: Data()) },
                limits: limits)
        }
        let first = try await bench.stored(owner: "a")
        guard case .created(let keyed) = try await create("a", "key") else { throw CancellationError() }
        #expect(try await create("a") == .full(unfinished: 2))
        // A repetition is no new job.
        #expect(try await create("a", "key") == .existing(keyed))
        _ = try await bench.stored(owner: "b")
        #expect(try await create("b") == .full(unfinished: 3))
        _ = try await bench.applied([.cancelRequested], to: first)
        guard case .created = try await create("a") else { throw CancellationError() }
    }

    @Test(arguments: TestEngine.all)
    func onlyOneOfManyChangesToARevisionSucceeds(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let job = try await bench.stored()
        var changed = job
        _ = try changed.state.apply(.started, at: bench.time.now)
        let next = changed
        let codes = await withTaskGroup(of: JobsError.Code?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do { _ = try await bench.backend.store.update(next, delivery: nil) } catch {
                        return (error as? JobsError)?.code
                    }
                    return nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 1)
        #expect(codes.count { $0 == .conflict } == 19)
        #expect(try await bench.backend.store.job(job.id)?.revision == 2)
        await #expect { try await bench.backend.store.update(bench.newJob(), delivery: nil) } throws: {
            ($0 as? JobsError)?.code == .notFound
        }
    }

    @Test(arguments: TestEngine.all)
    func listsByOwnerAndPhaseNewestFirstPageByPage(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        var mine: [Job] = []
        for number in 0..<7 {
            mine.insert(try await bench.stored(events: number.isMultiple(of: 2) ? [.started] : []), at: 0)
            _ = try await bench.stored(owner: "you")
        }
        var pages: [[Job]] = []
        var cursor: JobID?
        repeat {
            pages.append(try await bench.backend.store.jobs(JobFilter(owner: "me"), after: cursor, limit: 3))
            cursor = pages.last?.last?.id
        } while cursor != nil
        #expect(pages.map(\.count) == [3, 3, 1, 0])
        #expect(pages.flatMap { $0 } == mine)
        let started = try await bench.backend.store.jobs(
            JobFilter(owner: "me", phases: [.inProgress, .failed]), after: nil, limit: 100)
        #expect(started == mine.filter { $0.phase == .inProgress })
        #expect(try await bench.backend.store.jobs(JobFilter(), after: nil, limit: 100).count == 14)
        #expect(try await bench.backend.store.jobs(JobFilter(phases: [.queued]), after: nil, limit: 100).count == 10)
        #expect(try await bench.backend.store.counts() == [.queued: 10, .inProgress: 4])
        #expect(try await bench.backend.store.queuedBefore(mine[1].id) == 7)
        #expect(
            try await bench.backend.store.unfinished().map(\.id)
                == bench.backend.store.jobs(.init(), after: nil, limit: 99).map(\.id).reversed())
    }

    @Test(arguments: TestEngine.all)
    func tellsTheBacklogCappedPerJob(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let plan = try JobPlan(frameCount: 100)
        _ = try await bench.stored()
        _ = try await bench.stored(events: [.started, .planned(plan)])
        _ = try await bench.stored(events: [
            .started, .planned(plan), .segmentCommitted(index: 0, frames: 25, seconds: 1),
            .segmentCommitted(index: 1, frames: 25, seconds: 1), .segmentCommitted(index: 2, frames: 25, seconds: 1),
        ])
        _ = try await bench.stored(events: [.cancelRequested])
        #expect(try await bench.backend.store.backlog(cappedAt: 40) == Backlog(jobs: 3, unplanned: 1, frames: 65))
        #expect(try await bench.backend.store.backlog(cappedAt: .max) == Backlog(jobs: 3, unplanned: 1, frames: 125))
    }

    @Test(arguments: TestEngine.all)
    func whatHasEndedFallsDueTwice(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let job = try await bench.stored(events: [.cancelRequested])
        #expect(try await bench.backend.store.due(by: bench.time.now + 99, limit: 10) == [])
        #expect(try await bench.backend.store.due(by: bench.time.now + 100, limit: 10) == [job])
        let expired = try await bench.applied([.expired], to: job)
        #expect(try await bench.backend.store.due(by: bench.time.now + 101, limit: 10) == [])
        #expect(
            try await bench.backend.store.due(by: bench.time.now + Studio.settings.recordRetention, limit: 10) == [
                expired
            ])
    }

    @Test(arguments: TestEngine.all)
    func changesAreHinted(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let changes = bench.backend.store.changes()
        let job = try await bench.stored()
        let started = try await bench.applied([.started], to: job)
        #expect(try await bench.backend.store.delete(job.id))
        #expect(try await !bench.backend.store.delete(job.id))
        var seen: [JobChange] = []
        for await change in changes {
            seen.append(change)
            if seen.count == 3 { break }
        }
        #expect(seen == [.changed(job), .changed(started), .removed(job.id)])
    }

    // MARK: Queue

    @Test(arguments: TestEngine.all)
    func aLeaseIsOneWorkersUntilItEnds(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let job = try await bench.stored()
        try await bench.backend.queue.add([.plan], of: job.id, owner: job.owner)
        let first = try #require(try await bench.backend.queue.lease(worker: "a", for: .seconds(30)))
        #expect(first.item == WorkItem(job: job.id, kind: .plan) && first.deliveries == 1 && first.worker == "a")
        #expect(try await bench.backend.queue.lease(worker: "b", for: .seconds(30)) == nil)
        bench.time.advance(29)
        #expect(try await bench.backend.queue.extend(first, for: .seconds(30)))
        bench.time.advance(29)
        #expect(try await bench.backend.queue.lease(worker: "b", for: .seconds(30)) == nil)
        bench.time.advance(1)
        let second = try #require(try await bench.backend.queue.lease(worker: "b", for: .seconds(30)))
        #expect(second.item == first.item && second.deliveries == 2)
        // The first worker has lost it.
        #expect(try await !bench.backend.queue.extend(first, for: .seconds(30)))
        #expect(try await !bench.backend.queue.complete(first))
        #expect(try await !bench.backend.queue.release(first, delay: .zero, counted: true))
        #expect(try await bench.backend.queue.complete(second))
        #expect(try await bench.backend.queue.lease(worker: "a", for: .seconds(30)) == nil)
        #expect(try await bench.backend.queue.statistics() == QueueStatistics(waiting: 0, leased: 0, expiredLeases: 1))
    }

    @Test(arguments: TestEngine.all)
    func whatIsPutBackComesAgainAfterItsDelay(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let job = try await bench.stored()
        try await bench.backend.queue.add([.segment(0)], of: job.id, owner: job.owner)
        let first = try #require(try await bench.backend.queue.lease(worker: "a", for: .seconds(30)))
        #expect(try await bench.backend.queue.release(first, delay: .seconds(5), counted: true))
        bench.time.advance(4.9)
        #expect(try await bench.backend.queue.lease(worker: "a", for: .seconds(30)) == nil)
        bench.time.advance(0.1)
        let second = try #require(try await bench.backend.queue.lease(worker: "a", for: .seconds(30)))
        #expect(second.deliveries == 2)
        #expect(try await bench.backend.queue.release(second, delay: .zero, counted: false))
        let third = try #require(try await bench.backend.queue.lease(worker: "a", for: .seconds(30)))
        #expect(third.deliveries == 2)
        // A job's removal ends its leases.
        try await bench.backend.queue.remove(job.id)
        #expect(try await !bench.backend.queue.extend(third, for: .seconds(30)))
        #expect(try await bench.backend.queue.lease(worker: "a", for: .seconds(30)) == nil)
    }

    @Test(arguments: TestEngine.all)
    func manyWorkersNeverHoldTheSameItem(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        for _ in 0..<5 {
            let job = try await bench.stored()
            try await bench.backend.queue.add((0..<20).map(WorkKind.segment), of: job.id, owner: job.owner)
        }
        let items = try await withThrowingTaskGroup(of: [WorkItem].self) { group in
            for number in 0..<8 {
                group.addTask {
                    var items: [WorkItem] = []
                    while let lease = try await bench.backend.queue.lease(worker: "\(number)", for: .seconds(30)) {
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

    @Test(arguments: TestEngine.all)
    func whoLacksWhatAJobNeedsIsPassedOver(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let queue = bench.backend.queue
        let (first, second) = (try await bench.stored(), try await bench.stored())
        try await queue.add([.plan], of: first.id, owner: "me", need: "avatar a")
        try await queue.add([.plan], of: second.id, owner: "me")
        func lease(_ offers: Set<String>) async throws -> Lease? {
            try await queue.lease(worker: "w", for: .seconds(30), has: { offers.contains($0) })
        }
        let open = try #require(try await lease(["avatar b"]))
        #expect(open.item.job == second.id)
        #expect(try await lease([]) == nil)
        let fitting = try #require(try await lease(["avatar a"]))
        #expect(fitting.item == WorkItem(job: first.id, kind: .plan))
        #expect(try await queue.complete(fitting))
        // What is needed may change in the course of a job, and stays when nothing is said of it.
        try await queue.add([.segment(0)], of: first.id, owner: "me", need: "bake a")
        try await queue.add([.segment(1)], of: first.id, owner: "me")
        #expect(try await lease(["avatar a"]) == nil)
        #expect(try await lease(["bake a"])?.item.kind == .segment(0))
        #expect(try await lease(["bake a"])?.item.kind == .segment(1))
    }

    @Test(arguments: TestEngine.all)
    func arrivalsAreHinted(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let arrivals = bench.backend.queue.arrivals()
        try await bench.backend.queue.add([.plan], of: bench.ids.next(), owner: "me")
        for await _ in arrivals { break }
    }

    // MARK: Segments and blobs

    @Test(arguments: TestEngine.all)
    func theFirstOfManyCommitsWins(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let id = bench.ids.next()
        let files = try (0..<40).map { try bench.scratch.file("writer \($0)") }
        let winners = try await withThrowingTaskGroup(of: Int?.self) { group in
            for (number, file) in files.enumerated() {
                group.addTask { try await bench.backend.segments.commit(id, 7, file: file) ? number : nil }
            }
            return try await group.reduce(into: []) { if let winner = $1 { $0.append(winner) } }
        }
        #expect(winners.count == 1)
        #expect(try text(try await bench.backend.segments.path(id, 7)) == "writer \(winners[0])")
        #expect(files.allSatisfy { !FileManager.default.fileExists(atPath: $0) })
    }

    @Test(arguments: TestEngine.all)
    func segmentsAreListedAndRemoved(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let id = bench.ids.next()
        #expect(try await bench.backend.segments.committed(id) == [])
        for index in [3, 0, 123_456, 11] {
            #expect(try await bench.backend.segments.commit(id, index, file: try bench.scratch.file("\(index)")))
        }
        #expect(try await bench.backend.segments.committed(id) == [0, 3, 11, 123_456])
        #expect(try await bench.backend.segments.path(id, 1) == nil)
        let path = try #require(try await bench.backend.segments.path(id, 3))
        let handle = try #require(FileHandle(forReadingAtPath: path))
        try await bench.backend.segments.delete(id)
        try await bench.backend.segments.delete(id)
        #expect(try await bench.backend.segments.path(id, 3) == nil)
        #expect(handle.readDataToEndOfFile() == Data("3".utf8))
        await #expect(throws: JobsError.self) {
            try await bench.backend.segments.commit(id, 0, file: bench.scratch.folder("missing"))
        }
        #expect(try await bench.backend.disk().used == 0)
    }

    @Test(arguments: TestEngine.all)
    func blobsAreReplacedReadAndRemoved(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let id = bench.ids.next()
        #expect(try await bench.backend.blobs.put(id, "audio", file: try bench.scratch.file("one")) == 3)
        #expect(try await bench.backend.blobs.put(id, "audio", file: try bench.scratch.file("three")) == 5)
        #expect(try await bench.backend.blobs.put(id, "video.mp4", file: try bench.scratch.file("")) == 0)
        #expect(try text(try await bench.backend.blobs.path(id, "audio")) == "three")
        #expect(try await bench.backend.disk().used >= 5)
        try await bench.backend.blobs.delete(id, "audio")
        try await bench.backend.blobs.delete(id, "audio")
        #expect(try await bench.backend.blobs.path(id, "audio") == nil)
        try await bench.backend.blobs.delete(id)
        #expect(try await bench.backend.blobs.path(id, "video.mp4") == nil)
        #expect(try await bench.backend.disk().used == 0)
    }

    @Test(
        arguments: TestEngine.all,
        ["", ".", "..", ".hidden", "a/b", "../x", "a b", "é", "a\0b", String(repeating: "a", count: 101)])
    func blobNamesThatCannotBeFilesAreRefused(_ engine: TestEngine, _ name: String) async throws {
        let bench = try await Bench(engine)
        let file = try bench.scratch.file("x")
        await #expect { try await bench.backend.blobs.put(bench.ids.next(), name, file: file) } throws: {
            ($0 as? JobsError)?.code == .invalid
        }
    }

    // MARK: Shared values

    @Test(arguments: TestEngine.all)
    func theFirstProposalIsKept(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let values = try await withThrowingTaskGroup(of: Data.self) { group in
            for number in 0..<8 {
                group.addTask { try await bench.backend.shared("secret.json", Data("\(number)".utf8)) }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(values.count == 1)
        #expect(try await bench.backend.shared("secret.json", Data("late".utf8)) == values.first)
        #expect(try await bench.backend.shared("other.json", Data("new".utf8)) == Data("new".utf8))
    }

    // MARK: Deliveries

    @Test(arguments: TestEngine.all)
    func aDeliveryIsClaimedByOne(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let job = try await bench.stored()
        let delivery = Delivery(
            id: "one", job: job.id, url: "https://example.com", phase: .completed, createdAt: bench.time.now,
            nextAt: bench.time.now)
        try await bench.backend.deliveries.put(delivery)
        let due = try #require(try await bench.backend.deliveries.due(by: bench.time.now, limit: 1).first)
        let until = bench.time.now + 60
        let claims = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<6 { group.addTask { try await bench.backend.deliveries.claim(due, until: until) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(claims.count { $0 } == 1)
        #expect(try await bench.backend.deliveries.due(by: bench.time.now, limit: 1).isEmpty)
        // Whoever claimed it may have died: it comes again, with no attempt counted.
        #expect(try await bench.backend.deliveries.due(by: until, limit: 1).map(\.attempts) == [0])
        try await bench.backend.deliveries.done("one")
        #expect(try await !bench.backend.deliveries.claim(due, until: until))
    }

    @Test(arguments: TestEngine.all)
    func deliveriesStayUntilTheyAreDone(_ engine: TestEngine) async throws {
        let bench = try await Bench(engine)
        let job = try await bench.stored()
        func delivery(_ id: String, after seconds: TimeInterval) -> Delivery {
            Delivery(
                id: id, job: job.id, url: "https://example.com", phase: .completed, createdAt: bench.time.now,
                nextAt: bench.time.now + seconds)
        }
        let (late, soon) = (delivery("late", after: 60), delivery("soon", after: 0))
        for delivery in [late, soon, soon] { try await bench.backend.deliveries.put(delivery) }
        #expect(try await bench.backend.deliveries.due(by: bench.time.now, limit: 10) == [soon])
        #expect(try await bench.backend.deliveries.due(by: bench.time.now + 60, limit: 10) == [soon, late])
        #expect(try await bench.backend.deliveries.due(by: bench.time.now + 60, limit: 1) == [soon])
        try await bench.backend.deliveries.reschedule("soon", at: bench.time.now + 120)
        // A time since 1970 and one since 2001 differ in their last bits.
        let next = try #require(try await bench.backend.deliveries.nextDue())
        #expect(abs(next.timeIntervalSince(bench.time.now + 60)) < 0.001)
        let again = try await bench.backend.deliveries.due(by: bench.time.now + 120, limit: 10)
        #expect(again.map(\.id) == ["late", "soon"] && again.map(\.attempts) == [0, 1])
        try await bench.backend.deliveries.done("late")
        #expect(try await bench.backend.deliveries.due(by: bench.time.now + 120, limit: 10).map(\.id) == ["soon"])
        await #expect(throws: JobsError.self) {
            try await bench.backend.deliveries.reschedule("late", at: bench.time.now)
        }
        // They go with their job.
        #expect(try await bench.backend.store.delete(job.id))
        #expect(try await bench.backend.deliveries.nextDue() == nil)
    }
}
