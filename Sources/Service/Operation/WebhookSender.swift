import Foundation
import HTTPServer
import Jobs
import Logging

/// Delivers what the outbox holds, again and again until it has arrived or is given up.
struct WebhookSender: Sendable {
    let videos: Videos
    let client: WebhookClient
    let logger: Logger
    private let schedule = WebhookSchedule()
    /// How many are under way at a time.
    private static let concurrency = 8

    init(videos: Videos, client: WebhookClient, logger: Logger) {
        self.videos = videos
        self.client = client
        self.logger = logger
    }

    private struct Message: Encodable {
        var type: String
        var timestamp: String
        var data: VideoResource
    }

    /// Attempts all that is due by now.
    func sendDue(now: Date) async throws {
        let due = try await videos.engine.deliveries.due(by: now, limit: Self.concurrency)
        await withTaskGroup(of: Void.self) { group in
            for delivery in due { group.addTask { await attempt(delivery, now: now) } }
        }
    }

    private func attempt(_ delivery: Delivery, now: Date) async {
        do {
            guard let job = try await videos.engine.job(delivery.job) else {
                return try await videos.engine.deliveries.done(delivery.id)
            }
            let message = Message(
                type: "video.\(delivery.phase.rawValue)", timestamp: VideoResource.text(delivery.createdAt),
                data: try await videos.resource(job))
            let (status, retryAfter) = await post(message, delivery, now)
            let step = schedule.step(
                afterAttempt: delivery.attempts + 1, status: status, retryAfter: retryAfter,
                jitter: Double.random(in: 0..<1))
            switch step {
            case _ where status.map { (200..<300).contains($0) } ?? false:
                try await videos.engine.deliveries.done(delivery.id)
            case .giveUp:
                logger.warning("webhook given up", metadata: ["video": "\(delivery.job)"])
                try await videos.engine.deliveries.done(delivery.id)
            case .attempt(let delay):
                try await videos.engine.deliveries.reschedule(
                    delivery.id, at: now.addingTimeInterval(delay / .seconds(1)))
            }
        } catch {
            logger.error("webhook", metadata: ["video": "\(delivery.job)", "error": "\(error)"])
        }
    }

    private func post(_ message: Message, _ delivery: Delivery, _ now: Date) async -> (Int?, Duration?) {
        do {
            let status = try await client.post(
                JSONText.encode(message), contentType: "application/json", id: delivery.id,
                timestamp: Int(now.timeIntervalSince1970), to: WebhookTarget(delivery.url))
            return (status, nil)
        } catch {
            logger.info(
                "webhook not delivered",
                metadata: ["video": "\(delivery.job)", "attempt": "\(delivery.attempts + 1)", "error": "\(error)"])
            return (nil, nil)
        }
    }
}
