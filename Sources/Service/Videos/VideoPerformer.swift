import Engine
import Foundation
import Jobs
import Media
import Synchronization

/// Does the work of jobs: plans them, renders their segments, puts the file together.
final class VideoPerformer: Performer {
    private let planner: VideoPlanner
    /// What the jobs that are under way are rendered from. Making it takes a fraction of a second, keeping it some memory.
    private let sessions = Mutex<[(id: JobID, session: VideoSession)]>([])
    private static let maximumSessions = 8
    /// Stages are the one sum over all segments that is kept with a job, over restarts too; this one is of frames.
    static let outOfRange = "frames_out_of_range"

    init(planner: VideoPlanner) {
        self.planner = planner
    }

    func offers() -> Set<String> {
        let (library, bakery) = (planner.library, planner.bakery)
        var needs: [WorkerNeed] = []
        for name in library.names() {
            guard let avatar = (try? library.avatar(name))?.avatar else { continue }
            needs.append(.avatar(avatar))
            if let bake = bakery.baked(avatar) { needs.append(.bake(bake.digest, of: avatar)) }
        }
        return Set(needs.map(\.text))
    }

    func plan(_ job: Job, _ context: WorkContext) throws -> JobPlan {
        try working {
            let spec = try VideoSpec(job)
            let plan = try planner.plan(
                spec, folder: context.temporaryFolder, file: context.blob, time: context.record(stage:seconds:),
                isCanceled: { context.isCanceled })
            for name in VideoSession.Blob.planned {
                let path = "\(context.temporaryFolder)/\(name)"
                if FileManager.default.fileExists(atPath: path) { try context.putBlob(name, file: path) }
            }
            return try JobPlan(
                frameCount: plan.frameCount, framesPerSegment: plan.framesPerSegment, firstFrames: plan.firstFrames,
                details: JSONEncoder().encode(plan),
                need: plan.bake.map {
                    WorkerNeed.bake($0.digest, of: try planner.library.avatar(spec.avatar).avatar).text
                })
        }
    }

    func render(_ job: Job, _ plan: JobPlan, segment: Int, to path: String, _ context: WorkContext) throws {
        try working {
            let session = try session(job, plan, context)
            let rendered = try session.segment(
                segment, time: context.record(stage:seconds:), rendered: context.report(frames:),
                isCanceled: { context.isCanceled })
            try Data(rendered.bytes).write(to: URL(fileURLWithPath: path))
            guard rendered.framesOutOfRange > 0 else { return }
            context.record(stage: Self.outOfRange, seconds: Double(rendered.framesOutOfRange))
            planner.bakery.note(framesOutOfRange: rendered.framesOutOfRange)
        }
    }

    func finish(_ job: Job, _ plan: JobPlan, to path: String, _ context: WorkContext) throws -> String {
        try working {
            let session = try session(job, plan, context)
            let start = ContinuousClock.now
            try session.stream.assemble(
                segmentPaths: (0..<plan.segmentCount).map(context.segment), to: path,
                isCanceled: { context.isCanceled })
            context.record(stage: "assemble", seconds: (ContinuousClock.now - start) / .seconds(1))
            sessions.withLock { $0.removeAll { $0.id == job.id } }
            return "video.\(session.stream.layout.format.rawValue)"
        }
    }

    private func session(_ job: Job, _ plan: JobPlan, _ context: WorkContext) throws -> VideoSession {
        let known = sessions.withLock { sessions -> VideoSession? in
            guard let index = sessions.firstIndex(where: { $0.id == job.id }) else { return nil }
            sessions.append(sessions.remove(at: index))
            return sessions.last?.session
        }
        if let known { return known }
        let timeline = try VideoTimeline(
            frameCount: plan.frameCount, framesPerSegment: plan.framesPerSegment, firstFrames: plan.firstFrames)
        let made = try VideoSession(
            VideoSpec(job), JSONDecoder().decode(VideoPlanner.Plan.self, from: plan.details),
            library: planner.library, bakery: planner.bakery, timeline: timeline, file: context.blob)
        sessions.withLock { sessions in
            sessions.append((job.id, made))
            if sessions.count > Self.maximumSessions { sessions.removeFirst() }
        }
        return made
    }

    /// Keeps baking at rest meanwhile.
    private func working<Result>(_ body: () throws -> Result) throws -> Result {
        try planner.bakery.activity.during { try translating(body) }
    }

    /// Says of an error whose fault it is: what other input would not have caused is tried again.
    private func translating<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as EngineError {
            if error.code == .canceled { throw CancellationError() }
            if error.isClientsFault {
                throw JobFailure(
                    kind: "invalid-field", title: "The request cannot be rendered", detail: error.description)
            }
            throw error
        }
    }
}

extension VideoSpec {
    /// The request of a job.
    init(_ job: Job) throws {
        self = try JSONDecoder().decode(VideoSpec.self, from: job.request)
    }
}
