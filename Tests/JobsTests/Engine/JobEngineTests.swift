import Foundation
import GRDB
import Testing

@testable import Jobs

@Suite struct JobEngineTests {
    static func code(_ error: any Error) -> JobsError.Code? { (error as? JobsError)?.code }

    @Test func aJobGoesFromRequestToFile() async throws {
        let studio = try await Studio()
        let submitted = try await studio.submit(segments: 5).job
        #expect(submitted.phase == .queued && submitted.inputs == ["audio"])
        #expect(try text(try await studio.engine.blob(submitted.id, "audio")) == "sound")
        let seen = try await studio.working { _ in
            var seen: [Job] = []
            for await job in studio.engine.changes(of: submitted.id) { seen.append(job) }
            return seen
        }
        let job = try #require(seen.last)
        #expect(job.phase == .completed && job.state.progress == 100 && job.state.framesDone == 49)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.revision < $1.revision })
        #expect(try await studio.engine.job(job.id) == job)
        let artifact = TestPerformer.artifact(job.id, segments: 5)
        #expect(try text(try await studio.engine.artifact(of: job)) == artifact)
        #expect(job.state.artifact == JobArtifact(name: "video.mp4", bytes: artifact.utf8.count))
        #expect(job.state.timings["features"] == 0.5)
        #expect(studio.performer.begun.withLock { $0.count } == 7)
        #expect(tree(studio.data + "/tmp") == ["uploads"])
        let statistics = try await studio.engine.statistics()
        #expect(statistics.jobs == [.completed: 1] && statistics.framesRendered == 49 && statistics.completed == 1)
        #expect(statistics.queue == QueueStatistics())
        #expect(statistics.diskBytes == Files.treeSize(studio.data + "/jobs"))
        await studio.engine.close()
    }

    @Test func segmentsCanBeAwaited() async throws {
        let studio = try await Studio()
        let id = try await studio.submit(segments: 4).job.id
        let third = Task { try await studio.engine.segmentReady(id, 2) }
        let missing = Task { try await studio.engine.segmentReady(id, 4) }
        try await studio.working { _ in
            #expect(try text(try await third.value) == TestPerformer.line(id, 2))
            await #expect { _ = try await missing.value } throws: { Self.code($0) == .notFound }
            _ = try await studio.end(of: id)
        }
        // Of an ended job too.
        #expect(try text(try await studio.engine.segmentReady(id, 0)) == TestPerformer.line(id, 0))
        await #expect { try await studio.engine.segmentReady(JobIDGenerator(now: { Date() }).next(), 0) } throws: {
            Self.code($0) == .notFound
        }
    }

    @Test func waitingForASegmentEndsWithTheJobAndWithItsTask() async throws {
        let studio = try await Studio()
        let id = try await studio.submit(segments: 4).job.id
        let canceled = Task { try await studio.engine.segmentReady(id, 0) }
        canceled.cancel()
        await #expect(throws: CancellationError.self) { try await canceled.value }
        let waiting = Task { try await studio.engine.segmentReady(id, 0) }
        try await studio.engine.cancel(id)
        await #expect { _ = try await waiting.value } throws: { Self.code($0) == .ended }
        let removed = Task {
            for await _ in studio.engine.changes(of: id) {}
        }
        await removed.value
        #expect(studio.engine.followers.followed.isEmpty)
    }

    @Test func workKnowsOfItsCancellationBeforeTheCallerDoes() async throws {
        let (contexts, begun) = AsyncStream.makeStream(of: WorkContext.self)
        let performer = TestPerformer { item, context in
            guard case .segment = item.kind else { return }
            begun.yield(context)
            while !context.isCanceled { usleep(500) }
            throw CancellationError()
        }
        let studio = try await Studio(performer)
        let id = try await studio.submit(segments: 2).job.id
        try await studio.working(1) { _ in
            for await context in contexts {
                let canceled = try await studio.engine.cancel(id)
                #expect(context.isCanceled)
                #expect(canceled.phase == .canceled)
                break
            }
            await #expect { try await studio.engine.cancel(id) } throws: { Self.code($0) == .ended }
        }
        #expect(!FileManager.default.fileExists(atPath: studio.data + "/jobs/\(id)"))
        #expect(try await studio.engine.statistics().diskBytes == 0)
    }

    @Test func workThatIgnoresItsCancellationLeavesNothing() async throws {
        let (started, begun) = AsyncStream.makeStream(of: Void.self)
        let go = DispatchSemaphore(value: 0)
        let performer = TestPerformer { item, _ in
            guard item.kind == .segment(0) else { return }
            begun.yield()
            go.wait()
        }
        let studio = try await Studio(performer)
        let id = try await studio.submit(segments: 2).job.id
        try await studio.working(1) { pool in
            for await _ in started { break }
            let found = try await studio.engine.delete(id)
            let foundAgain = try await studio.engine.delete(id)
            #expect(found && !foundAgain)
            go.signal()
            await pool.drain(deadline: .seconds(10))
        }
        #expect(try await studio.engine.job(id) == nil)
        #expect(tree(studio.data + "/jobs") == [])
    }

    @Test func whoReadsAFileWhileItsJobIsRemovedReadsOn() async throws {
        let studio = try await Studio()
        let id = try await studio.submit(segments: 2).job.id
        let job = try #require(try await studio.working { _ in try await studio.end(of: id) })
        let path = try #require(try await studio.engine.artifact(of: job))
        let handle = try #require(FileHandle(forReadingAtPath: path))
        #expect(try await studio.engine.delete(id))
        #expect(
            String(decoding: handle.readDataToEndOfFile(), as: UTF8.self) == TestPerformer.artifact(id, segments: 2))
        #expect(tree(studio.data + "/jobs") == [])
    }

    @Test func repeatedRequestsAreOne() async throws {
        let studio = try await Studio()
        let first = try await studio.submit(segments: 2, key: "k")
        guard case .created(let job) = first else { throw CancellationError() }
        #expect(try await studio.submit(segments: 2, key: "k") == .existing(job))
        await #expect { try await studio.submit(segments: 3, key: "k") } throws: {
            Self.code($0) == .idempotencyMismatch
        }
        // The repetition's files are gone, the first request's are not.
        #expect(tree(studio.data + "/jobs") == ["\(job.id)", "\(job.id)/blobs", "\(job.id)/blobs/audio"])
    }

    @Test func aFullQueueSaysWhenToComeAgain() async throws {
        var settings = Studio.settings
        settings.limits = QueueLimits(total: 3, perOwner: 2)
        let studio = try await Studio(settings: settings)
        _ = try await studio.submit(segments: 1)
        _ = try await studio.submit(segments: 1)
        await #expect { try await studio.submit(segments: 1) } throws: { error in
            Self.code(error) == .queueFull && (1...600).contains((error as? JobsError)?.retryAfter ?? 0)
        }
        _ = try await studio.submit(segments: 1, owner: "you")
        await #expect { try await studio.submit(segments: 1, owner: "them") } throws: { Self.code($0) == .queueFull }
        let statistics = try await studio.engine.statistics()
        #expect(statistics.refused == ["queue-full": 2] && statistics.submitted == 3)
        #expect(Files.list(studio.data + "/jobs").count == 3)
    }

    @Test func theQuotaRefusesNewJobsAndSparesFinishedOnes() async throws {
        var settings = Studio.settings
        settings.diskQuota = 200
        let studio = try await Studio(settings: settings)
        let id = try await studio.submit(segments: 3).job.id
        let job = try #require(try await studio.working { _ in try await studio.end(of: id) })
        await #expect { try await studio.submit(segments: 1) } throws: { Self.code($0) == .noSpace }
        #expect(try text(try await studio.engine.artifact(of: job)) == TestPerformer.artifact(id, segments: 3))
        try await studio.engine.delete(id)
        _ = try await studio.submit(segments: 1)
    }

    @Test func aNearlyFullDiskRefusesNewJobs() async throws {
        var settings = Studio.settings
        settings.diskReserve = .max
        let studio = try await Studio(settings: settings)
        await #expect { try await studio.submit(segments: 1) } throws: { Self.code($0) == .noSpace }
        #expect(tree(studio.data + "/jobs") == [])
    }

    @Test func filesExpireFirstAndRecordsLater() async throws {
        let time = TestClock()
        let studio = try await Studio(clock: JobClock(now: { time.now }, sleep: JobClock.system.sleep))
        let id = try await studio.submit(segments: 2).job.id
        let job = try #require(try await studio.working { _ in try await studio.end(of: id) })
        #expect(job.expiresAt == time.now + Studio.settings.retention)
        time.advance(Studio.settings.retention - 1)
        try await studio.engine.sweep()
        #expect(try await studio.engine.job(id) == job)
        time.advance(1)
        try await studio.engine.sweep()
        let expired = try #require(try await studio.engine.job(id))
        #expect(expired.phase == .completed && expired.state.isExpired)
        #expect(try await studio.engine.artifact(of: expired) == nil)
        await #expect { try await studio.engine.segmentReady(id, 0) } throws: { Self.code($0) == .ended }
        #expect(tree(studio.data + "/jobs") == [])
        time.advance(Studio.settings.recordRetention)
        try await studio.engine.sweep()
        #expect(try await studio.engine.job(id) == nil)
    }

    @Test func theEndOfAJobIsInTheOutboxWithIt() async throws {
        let studio = try await Studio()
        let submission = try await studio.engine.submit(
            NewJob(owner: "me", request: TestPerformer.request(segments: 1), webhook: "https://example.com/hook"))
        _ = try await studio.working { _ in try await studio.end(of: submission.job.id) }
        let deliveries = try await studio.engine.deliveries.due(by: .distantFuture, limit: 10)
        #expect(deliveries.map(\.url) == ["https://example.com/hook"])
        #expect(deliveries.first?.phase == .completed && deliveries.first?.job == submission.job.id)
    }

    @Test func theOutlookTellsPositionAndTime() async throws {
        let studio = try await Studio()
        let first = try await studio.submit(segments: 2).job
        let second = try await studio.submit(segments: 2).job
        #expect(try await studio.engine.outlook(first).queuePosition == 1)
        #expect(try await studio.engine.outlook(second) == JobOutlook(queuePosition: 2, secondsLeft: nil))
        studio.engine.meter.setWorkers(2)
        studio.engine.meter.note(.planned(try JobPlan(frameCount: 60)))
        studio.engine.meter.note(.segmentCommitted(index: 0, frames: 10, seconds: 1))
        // Two jobs of probably 60 frames each, by two workers of ten frames a second.
        #expect(try await studio.engine.outlook(second) == JobOutlook(queuePosition: 2, secondsLeft: 6))
    }

    @Test func twoServersNeverShareAFolder() async throws {
        let studio = try await Studio()
        await #expect { try await Studio(scratch: studio.scratch) } throws: { Self.code($0) == .folderInUse }
        await studio.engine.close()
        let next = try await Studio(scratch: studio.scratch)
        await next.engine.close()
    }

    @Test func everyCommitReachesTheDisk() async throws {
        let scratch = try Scratch()
        let database = try SQLiteDatabase(path: scratch.folder("jobs.sqlite"))
        try await database.writeLightly { _ in }
        let level = try await database.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        // 2 is FULL.
        #expect(level == 2)
        #expect(try await database.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }
}
