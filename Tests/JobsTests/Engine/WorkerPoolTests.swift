import Foundation
import Synchronization
import Testing

@testable import Jobs

@Suite struct WorkerPoolTests {
    struct Trouble: Error {}

    /// Runs one job to its end.
    static func run(
        on kind: TestEngine = .embedded, _ performer: TestPerformer, segments: Int = 2
    ) async throws -> (studio: Studio, job: Job) {
        let studio = try await Studio(on: kind, performer)
        let id = try await studio.submit(segments: segments).job.id
        let job = try await studio.working { _ in try await studio.end(of: id) }
        return (studio, try #require(job))
    }

    @Test func aFailureOfTheRequestFailsTheJobAtOnce() async throws {
        let failure = JobFailure(kind: "bad-audio", title: "Bad audio", detail: "audio: silence, expected speech")
        let (studio, job) = try await Self.run(TestPerformer { _, _ in throw failure })
        #expect(job.phase == .failed && job.state.failure == failure)
        #expect(studio.performer.begun.withLock { $0.count } == 1)
        #expect(tree(studio.data + "/jobs") == [])
    }

    @Test(arguments: TestEngine.all)
    func passingTroubleIsTriedAgain(_ kind: TestEngine) async throws {
        let troubles = Mutex<[WorkItem: Int]>([:])
        let (studio, job) = try await Self.run(
            on: kind,
            TestPerformer { item, _ in
                let count = troubles.withLock { troubles in
                    troubles[item, default: 0] += 1
                    return troubles[item]!
                }
                if count < 3 { throw Trouble() }
            })
        #expect(job.phase == .completed)
        // A plan, two segments and the end, three times each.
        #expect(studio.performer.begun.withLock { $0.count } == 12)
        #expect(try await studio.engine.statistics().retries == 8)
    }

    @Test(arguments: TestEngine.all)
    func lastingTroubleFailsTheJob(_ kind: TestEngine) async throws {
        let (studio, job) = try await Self.run(
            on: kind, TestPerformer { item, _ in if item.kind == .segment(1) { throw Trouble() } })
        #expect(job.state.failure?.kind == "internal")
        #expect(job.state.failure?.detail.contains("Trouble") == true)
        #expect(studio.performer.begun.withLock { $0.count { $0.kind == .segment(1) } } == 3)
    }

    @Test(arguments: TestEngine.all)
    func aFullDiskFailsItsJobAloneAndAsSuch(_ kind: TestEngine) async throws {
        let isFull = Atomic(false)
        let studio = try await Studio(
            on: kind,
            TestPerformer { item, _ in
                if isFull.load(ordering: .relaxed), item.kind == .segment(0) { throw POSIXError(.ENOSPC) }
            })
        try await studio.working { _ in
            let finished = try await studio.submit(segments: 2).job.id
            _ = try await studio.end(of: finished)
            isFull.store(true, ordering: .relaxed)
            let starved = try await studio.submit(segments: 2).job.id
            #expect(try await studio.end(of: starved)?.state.failure?.kind == "no-space")
            let job = try #require(try await studio.engine.job(finished))
            #expect(
                try text(try await studio.engine.artifact(of: job)) == TestPerformer.artifact(finished, segments: 2))
        }
    }

    @Test func anItemThatNeverComesBackIsPoison() throws {
        let item = WorkItem(job: FairScheduleTests.id(1), kind: .segment(3))
        func lease(_ deliveries: Int, _ interruptions: Int = 0) -> Lease {
            Lease(
                item: item, worker: "w", token: 1, deliveries: deliveries, interruptions: interruptions,
                expiresAt: .distantFuture)
        }
        let settings = JobEngineSettings()
        #expect(Settlement.poison(lease(3), settings: settings) == nil)
        #expect(
            Settlement.poison(lease(4), settings: settings)?.detail
                == "item 3 was given to a worker 3 times and never came back")
        #expect(Settlement.poison(lease(1, 30), settings: settings) == nil)
        #expect(Settlement.poison(lease(1, 31), settings: settings)?.kind == "worker-lost")
    }

    @Test(arguments: TestEngine.all)
    func workersThatLoseTheirLeasesPoisonTheItem(_ kind: TestEngine) async throws {
        let time = TestClock()
        let studio = try await Studio(on: kind, clock: JobClock(now: { time.now }, sleep: JobClock.system.sleep))
        let id = try await studio.submit(segments: 1).job.id
        for _ in 0..<3 {
            #expect(try await studio.engine.backend.queue.lease(worker: "lost", for: .seconds(30)) != nil)
            time.advance(30)
        }
        let job = try await studio.working { _ in try await studio.end(of: id) }
        #expect(job?.state.failure?.kind == "worker-lost")
        #expect(studio.performer.begun.withLock { $0.isEmpty })
    }

    @Test(arguments: TestEngine.all)
    func heartbeatsKeepALeaseAndALostOneStopsTheWork(_ kind: TestEngine) async throws {
        let time = TestClock()
        let (started, begun) = AsyncStream.makeStream(of: Void.self)
        let performer = TestPerformer { item, context in
            guard item.kind == .plan else { return }
            begun.yield()
            while !context.isCanceled { usleep(500) }
            throw CancellationError()
        }
        var settings = Studio.settings
        settings.heartbeat = .milliseconds(5)
        let studio = try await Studio(
            on: kind, performer, settings: settings, clock: JobClock(now: { time.now }, sleep: JobClock.system.sleep))
        let id = try await studio.submit(segments: 1).job.id
        try await studio.working(1) { _ in
            for await _ in started { break }
            // Far past the lease's first end, in steps that a heartbeat bridges.
            for _ in 0..<10 {
                time.advance(10)
                try await Task.sleep(for: .milliseconds(25))
            }
            #expect(try await studio.engine.statistics().queue.expiredLeases == 0)
            #expect(performer.begun.withLock { $0.count } == 1)
            // Another engine's doing: the item is no longer wanted, and the next heartbeat finds out.
            try await studio.engine.backend.queue.remove(id)
            try await studio.engine.backend.queue.add([.plan], of: id, owner: "me")
            for await _ in started { break }
            #expect(performer.begun.withLock { $0.count } == 2)
        }
    }

    @Test(arguments: TestEngine.all)
    func drainingFinishesWhatRuns(_ kind: TestEngine) async throws {
        let (started, begun) = AsyncStream.makeStream(of: Void.self)
        let go = DispatchSemaphore(value: 0)
        let studio = try await Studio(
            on: kind,
            TestPerformer { item, _ in
                guard item.kind == .segment(0) else { return }
                begun.yield()
                go.wait()
            })
        let id = try await studio.submit(segments: 3).job.id
        let pool = studio.engine.workers(1, performer: studio.performer)
        let work = Task { await pool.run() }
        for await _ in started { break }
        async let drained: Void = pool.drain(deadline: .seconds(60))
        while !pool.isDraining { await Task.yield() }
        go.signal()
        await drained
        await work.value
        let job = try #require(try await studio.engine.job(id))
        #expect(job.phase == .inProgress && Array(job.state.committed) == [0])
        #expect(try await studio.engine.statistics().queue == QueueStatistics(waiting: 2, leased: 0))
    }

    @Test(arguments: TestEngine.all)
    func drainingPutsBackAtTheDeadlineWhatStillRuns(_ kind: TestEngine) async throws {
        let (started, begun) = AsyncStream.makeStream(of: Void.self)
        let studio = try await Studio(
            on: kind,
            TestPerformer { item, context in
                guard item.kind == .segment(0) else { return }
                begun.yield()
                while !context.isCanceled { usleep(500) }
                try context.checkCancellation()
            })
        let id = try await studio.submit(segments: 3).job.id
        try await studio.working(1) { pool in
            for await _ in started { break }
            await pool.drain(deadline: .milliseconds(10))
        }
        #expect(try await studio.engine.job(id)?.phase == .inProgress)
        #expect(try await studio.engine.statistics().queue == QueueStatistics(waiting: 3, leased: 0))
        let lease = try await studio.engine.backend.queue.lease(worker: "w", for: .seconds(1))
        #expect(lease?.item.kind == .segment(0) && lease?.deliveries == 1)
    }

    @Test(arguments: TestEngine.all)
    func cancellingThePoolsTaskEndsIt(_ kind: TestEngine) async throws {
        let studio = try await Studio(on: kind)
        let pool = studio.engine.workers(3, performer: studio.performer)
        let work = Task { await pool.run() }
        work.cancel()
        await work.value
    }

    @Test func manyJobsOfManyOwnersAllEnd() async throws {
        let studio = try await Studio()
        let ids = try await withThrowingTaskGroup(of: JobID.self) { group in
            for number in 0..<20 {
                group.addTask { try await studio.submit(segments: 1 + number % 4, owner: "owner \(number % 3)").job.id }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        try await studio.working(4) { _ in
            for id in ids {
                let job = try await studio.end(of: id)
                #expect(job?.phase == .completed)
            }
        }
        let begun = studio.performer.begun.withLock { $0 }
        #expect(Set(begun).count == begun.count)
        #expect(try await studio.engine.statistics().diskBytes == Files.treeSize(studio.data + "/jobs"))
    }
}
