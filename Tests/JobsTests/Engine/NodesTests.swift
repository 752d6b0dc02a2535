#if NATS

import Foundation
import Synchronization
import Testing

@testable import Jobs
@testable import NATSJobs

/// Several programs on one engine; here each is an engine of its own with a connection of its own.
@Suite(.enabled(if: TestNATSServer.isInstalled)) struct NodesTests {
    let name = TestEngine.newName()

    func node(
        _ performer: TestPerformer = TestPerformer(), settings: JobEngineSettings = Studio.settings
    ) async throws -> Studio {
        try await Studio(on: .nats, performer, name: name, settings: settings)
    }

    @Test func aNodeWithoutWorkersAnswersForWhatAnotherMakes() async throws {
        let (front, other, back) = (try await node(), try await node(), try await node())
        let id = try await front.submit(segments: 6).job.id
        let third = Task { try await front.engine.segmentReady(id, 2) }
        try await back.working(2) { _ in
            #expect(try text(try await third.value) == TestPerformer.line(id, 2))
            for studio in [front, other] {
                let job = try #require(try await studio.end(of: id))
                #expect(job.phase == .completed && job.state.framesDone == 59)
                let artifact = try await studio.engine.artifact(of: job)
                #expect(try text(artifact) == TestPerformer.artifact(id, segments: 6))
                #expect(try text(try await studio.engine.segmentReady(id, 0)) == TestPerformer.line(id, 0))
                #expect(try text(try await studio.engine.blob(id, "audio")) == "sound")
                #expect(try await studio.engine.list(limit: 10) == [job])
            }
        }
        // A removal reaches every node, and takes what they have fetched with it.
        #expect(try await other.engine.delete(id))
        #expect(try await front.engine.job(id) == nil)
        for studio in [front, other, back] {
            while try await !studio.engine.list(limit: 10).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            while !tree(studio.data + "/cache").isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        }
        #expect(try await front.engine.statistics().diskBytes == 0)
        for studio in [front, other, back] { await studio.engine.close() }
    }

    @Test func aCancellationStopsWorkOnAnotherNode() async throws {
        let (contexts, begun) = AsyncStream.makeStream(of: WorkContext.self)
        let front = try await node()
        let back = try await node(
            TestPerformer { item, context in
                guard case .segment = item.kind else { return }
                begun.yield(context)
                while !context.isCanceled { usleep(500) }
                throw CancellationError()
            })
        let id = try await front.submit(segments: 2).job.id
        try await back.working(1) { _ in
            for await context in contexts {
                try await front.engine.cancel(id)
                while !context.isCanceled { try await Task.sleep(for: .milliseconds(2)) }
                break
            }
        }
        #expect(try await back.engine.job(id)?.phase == .canceled)
        #expect(try await back.engine.statistics().queue == QueueStatistics())
        for studio in [front, back] { await studio.engine.close() }
    }

    @Test func anotherNodeTakesOverWhatADeadOneHad() async throws {
        var settings = Studio.settings
        settings.lease = .milliseconds(400)
        settings.heartbeat = .milliseconds(100)
        let (dead, alive) = (try await node(settings: settings), try await node(settings: settings))
        let id = try await dead.submit(segments: 3).job.id
        let lost = try #require(try await dead.engine.backend.queue.lease(worker: "dead", for: settings.lease))
        #expect(lost.item.kind == .plan)
        await dead.engine.close()
        let start = ContinuousClock.now
        let job = try await alive.working { _ in try await alive.end(of: id) }
        #expect(job?.phase == .completed)
        // Sooner than after a lease of the usual length, however busy the machine is with other tests.
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(try await alive.engine.statistics().queue.expiredLeases == 1)
        await alive.engine.close()
    }

    @Test func whoWakesAfterItsLeaseIsRefused() async throws {
        let (sleeper, heir) = (try await node(), try await node())
        let id = try await sleeper.submit(segments: 1).job.id
        let queues = [sleeper, heir].map(\.engine.backend.queue)
        let stale = try #require(try await queues[0].lease(worker: "sleeper", for: .milliseconds(100)))
        var lease: Lease?
        while lease == nil {
            lease = try await queues[1].lease(worker: "heir", for: .seconds(30))
            if lease == nil { try await Task.sleep(for: .milliseconds(10)) }
        }
        let taken = try #require(lease)
        #expect(taken.item == stale.item && taken.deliveries == 2)
        // It commits first, but knows in the end that it is no longer asked for more.
        let segments = [heir, sleeper].map(\.engine.backend.segments)
        #expect(try await segments[0].commit(id, 0, file: try heir.scratch.file("heir")))
        #expect(try await !segments[1].commit(id, 0, file: try sleeper.scratch.file("sleeper")))
        #expect(try text(try await segments[1].path(id, 0)) == "heir")
        #expect(try await !queues[0].extend(stale, for: .seconds(30)))
        #expect(try await !queues[0].complete(stale))
        #expect(try await !queues[0].release(stale, delay: .zero, counted: false))
        #expect(try await queues[1].complete(taken))
        for studio in [sleeper, heir] { await studio.engine.close() }
    }

    @Test func nodesThatRaceForItemsAndKeysShareThemOut() async throws {
        let nodes = [try await node(), try await node(), try await node()]
        let key = "the same"
        let jobs = try await withThrowingTaskGroup(of: Submission.self) { group in
            for number in 0..<12 { group.addTask { try await nodes[number % 3].submit(segments: 40, key: key) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(jobs.map(\.job.id)).count == 1)
        #expect(jobs.count { if case .created = $0 { true } else { false } } == 1)
        let id = jobs[0].job.id
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { try await node.working { _ in _ = try await node.end(of: id) } } }
            try await group.waitForAll()
        }
        let begun = nodes.map { $0.performer.begun.withLock { $0 } }
        #expect(Set(begun.joined()).count == 42 && begun.joined().count == 42)
        #expect(try await nodes[0].engine.job(id)?.phase == .completed)
        for node in nodes { await node.engine.close() }
    }

    @Test func aShortJobIsSoonDoneBesideALongOne() async throws {
        let (front, back) = (try await node(), try await node(TestPerformer { _, _ in usleep(2000) }))
        let long = try await front.submit(segments: 300).job.id
        let short = try await front.submit(segments: 10).job.id
        try await back.working(1) { _ in _ = try await front.end(of: short) }
        // Twelve items of the short one, one each of the long one beside them, and what began before the end was known.
        let others = back.performer.begun.withLock { $0.count { $0.job == long } }
        #expect(others <= 16)
        for studio in [front, back] { await studio.engine.close() }
    }

    @Test func aJobWaitsWithAReasonForAWorkerThatHasWhatItNeeds() async throws {
        var settings = Studio.settings
        settings.announcement = .milliseconds(20)
        let (front, back) = (try await node(settings: settings), try await node(settings: settings))
        let job = try await front.engine.submit(
            NewJob(owner: "me", request: TestPerformer.request(segments: 2), need: "avatar a")
        ).job
        #expect(try await front.engine.outlook(job).obstacle == .noWorkers)
        #expect(try await front.engine.statistics().stranded == 1)
        func obstacle(is expected: JobObstacle?) async throws {
            while try await front.engine.outlook(job).obstacle != expected {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        try await back.working { _ in
            try await obstacle(is: .need("avatar a"))
            #expect(try await front.engine.statistics().workers == 2)
            #expect(back.performer.begun.withLock { $0.isEmpty })
            back.performer.known.withLock { _ = $0.insert("avatar a") }
            #expect(try await front.end(of: job.id)?.phase == .completed)
            while try await front.engine.statistics().framesPerSecond == 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        // It has said that it goes.
        while front.engine.nodes != [] { try await Task.sleep(for: .milliseconds(5)) }
        for studio in [front, back] { await studio.engine.close() }
    }

    @Test func aNewNodeFindsEverything() async throws {
        let first = try await node()
        for number in 0..<30 { _ = try await first.submit(segments: 1, owner: "owner \(number % 3)") }
        let all = try await first.engine.list(limit: 100)
        await first.engine.close()
        let second = try await node()
        #expect(try await second.engine.list(limit: 100) == all && all.count == 30)
        #expect(try await second.engine.statistics().queue == QueueStatistics(waiting: 30, leased: 0))
        await second.engine.close()
    }

    @Test func aWebhookIsInTheOutboxOfEveryNode() async throws {
        let (front, back) = (try await node(), try await node())
        let request = TestPerformer.request(segments: 1)
        let id = try await front.engine.submit(
            NewJob(owner: "me", request: request, webhook: "https://example.com/hook")
        ).job.id
        _ = try await back.working { _ in try await front.end(of: id) }
        for studio in [front, back] {
            var due: [Delivery] = []
            while due.isEmpty { due = try await studio.engine.deliveries.due(by: .distantFuture, limit: 10) }
            #expect(due.map(\.job) == [id] && due.first?.phase == .completed)
        }
        for studio in [front, back] { await studio.engine.close() }
    }
}

#endif
