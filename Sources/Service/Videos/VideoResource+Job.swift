import Foundation
import Jobs
import Media

extension VideoResource {
    /// - Parameters:
    ///   - spec: the job's request.
    ///   - outlook: how long it still takes, where it is under way.
    ///   - query: lets links open without a key; empty where no keys are asked for.
    init(_ job: Job, spec: VideoSpec, outlook: Outlook = Outlook(), query: String = "") {
        let state = job.state
        let plan = state.plan.flatMap { try? JSONDecoder().decode(VideoPlanner.Plan.self, from: $0.details) }
        id = job.id.rawValue
        status = state.phase.rawValue
        avatar = spec.avatar
        format = spec.format
        let total = state.framesTotal
        let done = min(state.framesDone + outlook.framesUnderWay, total ?? .max)
        progress = total.map { state.phase.isEnded ? state.progress : min(99, done * 100 / $0) } ?? state.progress
        frames = Frames(done: done, total: total)
        timings = state.timings.filter { $0.key != VideoPerformer.outOfRange }.mapValues(Self.rounded)
        created_at = Self.text(job.createdAt)
        metadata = spec.metadata
        links = Links(id: job.id, query: query)

        size = plan.map { SizeResource(width: $0.width, height: $0.height) }
        frames_per_second = state.framesPerSecond.map(Self.rounded)
        duration = plan.map { Double($0.frameCount) / Double(VideoTimeline.frameRate) }
        queue_position = state.phase == .queued ? outlook.queuePosition : nil
        seconds_left = state.phase.isEnded ? nil : outlook.secondsLeft.map(Self.rounded)
        waiting_for = outlook.obstacle.map { Self.text($0, avatar: spec.avatar, isPlanned: plan != nil) }
        if let startedAt = state.startedAt {
            timings["queued"] = Self.rounded(max(0, startedAt.timeIntervalSince(job.createdAt)))
        }
        started_at = state.startedAt.map(Self.text)
        completed_at = state.endedAt.map(Self.text)
        expires_at = job.expiresAt.map(Self.text)
        error = state.failure.map { Problem(type: "/problems/\($0.kind)", title: $0.title, detail: $0.detail) }
        fidelity = plan?.fidelity
        quality = plan.map { $0.quality ?? .exact } ?? (spec.quality == .exact ? .exact : nil)
        quality_note = plan?.qualityNote
        bake = plan?.bake?.report
        frames_out_of_range = plan?.bake.map { _ in Int(state.timings[VideoPerformer.outOfRange] ?? 0) }
    }

    /// What only the queue knows.
    struct Outlook: Sendable {
        var queuePosition: Int?
        var secondsLeft: Double?
        /// Of segments that are not complete yet.
        var framesUnderWay = 0
        var obstacle: JobObstacle?
    }

    private static func text(_ obstacle: JobObstacle, avatar: String, isPlanned: Bool) -> String {
        switch obstacle {
        case .noWorkers: return "No worker is connected; the video goes on when one is."
        case .need where isPlanned:
            return
                "No worker has the files of the avatar '\(avatar)' with which the video was begun; it goes on when one has."
        case .need:
            return
                "No worker has the avatar '\(avatar)'; have the operator start one that has, or 'adnerf avatar push' it."
        }
    }

    /// To the millisecond.
    private static func rounded(_ value: Double) -> Double {
        (value * 1_000).rounded() / 1_000
    }

    static func text(_ date: Date) -> String {
        date.formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }
}

extension VideoResource.Links {
    init(id: JobID, query: String) {
        let path = "/v1/videos/\(id)"
        self.init(
            self: path + query, content: "\(path)/content\(query)", stream: "\(path)/stream\(query)",
            hls: "\(path)/hls/index.m3u8\(query)", frames: "\(path)/frames\(query)", events: "\(path)/events\(query)",
            cancel: "\(path)/cancel\(query)")
    }
}
