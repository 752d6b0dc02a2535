import Foundation
import Synchronization
import Testing

@testable import Jobs

/// The program ends in the middle of anything, and begins again on what is on the disk.
@Suite struct RecoveryTests {
    /// Ends the program the n-th time it comes to a point: from then on nothing works any more.
    final class Crash: Sendable {
        struct Ended: Error {}

        private struct State {
            var visits = 0
            var isOver = false
        }

        private let point: CrashPoint
        private let visit: Int
        private let state = Mutex(State())
        let (over, end) = AsyncStream.makeStream(of: Void.self)

        init(at point: CrashPoint, visit: Int) {
            self.point = point
            self.visit = visit
        }

        var hasHappened: Bool { state.withLock { $0.isOver } }

        func reach(_ point: CrashPoint) throws {
            let isOver = state.withLock { state in
                if point == self.point { state.visits += 1 }
                if state.visits >= visit { state.isOver = true }
                return state.isOver
            }
            guard isOver else { return }
            end.finish()
            throw Ended()
        }
    }

    /// An engine that is about to crash.
    static func doomed(_ crash: Crash, in scratch: Scratch) async throws -> JobEngine {
        let backend = try await JobBackend.embedded(
            folder: scratch.folder("data"), settings: Studio.settings, clock: .system, logger: Studio.logger,
            probe: { try crash.reach($0) })
        return try await JobEngine(backend: backend, settings: Studio.settings, logger: Studio.logger)
    }

    /// The state of the disk at this moment, as it is found after `kill -9`.
    static func copy(_ source: Scratch) throws -> Scratch {
        let copy = try Scratch()
        try FileManager.default.copyItem(atPath: source.folder("data"), toPath: copy.folder("data"))
        return copy
    }

    static let moments = CrashPoint.allCases.flatMap { point in [1, 3].map { (point, $0) } }

    @Test(arguments: moments)
    func nothingIsLostWhateverMomentTheProgramEndsAt(_ point: CrashPoint, _ visit: Int) async throws {
        let scratch = try Scratch()
        let crash = Crash(at: point, visit: visit)
        let engine = try await Self.doomed(crash, in: scratch)
        let performer = TestPerformer()
        let pool = engine.workers(2, performer: performer)
        let work = Task { await pool.run() }
        var promised: [JobID: Int] = [:]
        var removed: [JobID] = []
        do {
            for segments in [3, 4, 1] {
                let request = TestPerformer.request(segments: segments)
                let new = NewJob(owner: "me", request: request, files: ["audio": try scratch.file("sound")])
                promised[try await engine.submit(new).job.id] = segments
            }
            let extra = try await engine.submit(NewJob(owner: "me", request: TestPerformer.request(segments: 2)))
            removed.append(extra.job.id)
            try await engine.delete(extra.job.id)
            for id in promised.keys {
                let ended = Task { for await _ in engine.changes(of: id) {} }
                let over = Task {
                    for await _ in crash.over {}
                    ended.cancel()
                }
                await ended.value
                over.cancel()
            }
        } catch is Crash.Ended {}
        #expect(visit > 1 || crash.hasHappened)
        // The dead engine's workers notice and leave; they change nothing any more.
        work.cancel()
        await work.value
        let left = try Self.copy(scratch)
        await engine.close()

        let studio = try await Studio(scratch: left)
        #expect(tree(studio.data + "/tmp") == ["uploads"])
        let found = try await studio.engine.list(limit: 100)
        #expect(Set(promised.keys).isSubset(of: found.map(\.id)))
        let before = found.reduce(into: [JobID: [Int]]()) { $0[$1.id] = Array($1.state.committed) }
        try await studio.working { _ in
            for job in found where !removed.contains(job.id) {
                let ended = try #require(try await studio.end(of: job.id))
                let segments = try #require(Int(String(decoding: job.request, as: UTF8.self)))
                #expect(ended.phase == .completed)
                #expect(
                    try text(try await studio.engine.artifact(of: ended))
                        == TestPerformer.artifact(job.id, segments: segments))
                #expect(try text(try await studio.engine.blob(job.id, "audio")) == "sound" || job.inputs.isEmpty)
            }
        }
        // No segment that was on the disk is rendered again.
        for item in studio.performer.begun.withLock({ $0 }) {
            if case .segment(let index) = item.kind { #expect(before[item.job]?.contains(index) != true) }
        }
        #expect(try await studio.engine.statistics().diskBytes == Files.treeSize(studio.data + "/jobs"))
        let folders = Set(Files.list(studio.data + "/jobs"))
        #expect(folders.isSubset(of: Set(found.map(\.id.rawValue))))
        #expect(try await studio.engine.statistics().queue.leased == 0)
        await studio.engine.close()
    }

    @Test func segmentsOnTheDiskDecideWhatIsLeftToDo() async throws {
        let studio = try await Studio()
        let id = try await studio.submit(segments: 6).job.id
        let plan = try JobPlan(frameCount: 59, framesPerSegment: 10)
        try await studio.engine.apply(.started, to: id)
        try await studio.engine.apply(.planned(plan), to: id)
        // Segment 1 is on the disk and in the record, 3 on the disk alone, 4 in the record alone.
        for index in [1, 3] {
            let file = try studio.scratch.file(TestPerformer.line(id, index))
            _ = try await studio.engine.backend.segments.commit(id, index, file: file)
        }
        for index in [1, 4] {
            try await studio.engine.apply(.segmentCommitted(index: index, frames: 10, seconds: 1), to: id)
        }
        await studio.engine.close()

        let next = try await Studio(scratch: studio.scratch)
        #expect(try await next.engine.job(id).map { Array($0.state.committed) } == [1, 3])
        let job = try await next.working { _ in try await next.end(of: id) }
        #expect(job?.phase == .completed)
        let rendered = next.performer.begun.withLock { $0.map(\.kind) }
        #expect(rendered.sorted() == [.segment(0), .segment(2), .segment(4), .segment(5), .finish])
        await next.engine.close()
    }

    @Test func filesWithoutAJobAreRemovedAndForeignFoldersAreNot() async throws {
        let scratch = try Scratch()
        let orphan = FairScheduleTests.id(1)
        for folder in ["data/jobs/\(orphan)/segments", "data/jobs/notes", "data/tmp/old"] {
            try FileManager.default.createDirectory(atPath: scratch.folder(folder), withIntermediateDirectories: true)
        }
        _ = try scratch.file("x", name: "data/jobs/\(orphan)/segments/00000")
        let studio = try await Studio(scratch: scratch)
        #expect(tree(studio.data + "/jobs") == ["notes"])
        #expect(tree(studio.data + "/tmp") == ["uploads"])
        #expect(try await studio.engine.statistics().diskBytes == 0)
        await studio.engine.close()
    }

    @Test func anItemThatEndsTheProgramAgainAndAgainFailsItsJob() async throws {
        var settings = Studio.settings
        settings.maximumInterruptions = 2
        var scratch = try Scratch()
        var id: JobID?
        for _ in 0..<3 {
            let studio = try await Studio(settings: settings, scratch: scratch)
            if id == nil { id = try await studio.submit(segments: 1).job.id }
            #expect(try await studio.engine.backend.queue.lease(worker: "w", for: .seconds(30)) != nil)
            scratch = try Self.copy(scratch)
            await studio.engine.close()
        }
        let studio = try await Studio(settings: settings, scratch: scratch)
        let poisoned = try #require(id)
        let job = try await studio.working { _ in try await studio.end(of: poisoned) }
        #expect(job?.state.failure?.kind == "worker-lost")
        #expect(studio.performer.begun.withLock { $0.isEmpty })
        await studio.engine.close()
    }

    @Test func aDatabaseThatIsNoneIsRefusedInWords() async throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch.folder("data"), withIntermediateDirectories: true)
        _ = try scratch.file(String(repeating: "not a database ", count: 100), name: "data/jobs.sqlite")
        await #expect { try await Studio(scratch: scratch) } throws: { error in
            (error as? JobsError)?.code == .storage && "\(error)".contains("jobs.sqlite")
        }
    }
}
