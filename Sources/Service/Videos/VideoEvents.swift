import HTTPServer
import Jobs

/// A job's course as server-sent events.
struct VideoEvents: Sendable {
    let videos: Videos
    let job: Job
    /// The revision that the client has seen.
    let seen: Int?

    /// How often frames are counted between two changes of the job.
    private static let pace = Duration.seconds(1)
    /// Counts without news after which a comment shows a connection that has gone, and keeps proxies from cutting one that has
    /// not.
    private static let patience = 15
    /// Milliseconds after which a client whose connection broke comes back.
    private static let reconnection = 2_000

    func send(to stream: EventStream) async throws {
        var current = job
        var phase: JobPhase?
        var last = seen ?? -1
        var frames = -1
        var obstacle: String?
        var silence = 0
        for try await news in Ticking(videos.changes(of: job), every: Self.pace) {
            if let news { current = news }
            let isChanged = news != nil && (current.revision > last || current.phase.isEnded)
            let resource = try await videos.resource(current)
            let isTick = news == nil && (resource.frames.done > frames || resource.waiting_for != obstacle)
            guard isChanged || isTick else {
                phase = current.phase
                silence += 1
                if silence >= Self.patience {
                    try await stream.comment("still here")
                    silence = 0
                }
                continue
            }
            let kind = current.phase.isEnded ? "end" : isChanged && current.phase != phase ? "status" : "progress"
            // Frames of a segment that is under way are no change of the job: they have no number to come back to.
            try await stream.send(
                ServerSentEvent(
                    String(decoding: try JSONText.encode(resource).dropLast(), as: UTF8.self), event: kind,
                    id: isChanged ? String(current.revision) : nil, retry: phase == nil ? Self.reconnection : nil))
            phase = current.phase
            last = max(last, current.revision)
            frames = resource.frames.done
            obstacle = resource.waiting_for
            silence = 0
            if current.phase.isEnded { return }
        }
    }
}
