import HTTPServer
import Jobs

/// A job's course as server-sent events.
struct VideoEvents: Sendable {
    let videos: Videos
    let job: Job
    /// The revision that the client has seen.
    let seen: Int?

    private static let heartbeat = Duration.seconds(15)
    /// Milliseconds after which a client whose connection broke comes back.
    private static let reconnection = 2_000

    func send(to stream: EventStream) async throws {
        var phase: JobPhase?
        var last = seen ?? -1
        // A heartbeat shows a connection that has gone, and keeps proxies from cutting one that has not.
        for try await job in Ticking(videos.changes(of: job), every: Self.heartbeat) {
            guard let job else {
                try await stream.comment("still here")
                continue
            }
            guard job.revision > last || job.phase.isEnded else {
                phase = job.phase
                continue
            }
            let kind = job.phase.isEnded ? "end" : job.phase != phase ? "status" : "progress"
            let data = try JSONText.encode(try await videos.resource(job)).dropLast()
            try await stream.send(
                ServerSentEvent(
                    String(decoding: data, as: UTF8.self), event: kind, id: String(job.revision),
                    retry: phase == nil ? Self.reconnection : nil))
            phase = job.phase
            last = job.revision
            if job.phase.isEnded { return }
        }
    }
}
