import Foundation
import HTTPServer
import Jobs
import Logging

/// Delivers what the outbox holds, again and again until it has arrived or is given up.
struct WebhookSender: Sendable {
    let videos: Videos
    let client: WebhookClient
    let secret: WebhookSecret
    let logger: Logger
    private let schedule = WebhookSchedule()
    /// How many are under way at a time.
    private static let concurrency = 8
    /// Seconds for one attempt, with which it is done at the latest.
    private static let claim: TimeInterval = 60

    init(videos: Videos, client: WebhookClient, secret: WebhookSecret, logger: Logger) {
        self.videos = videos
        self.client = client
        self.secret = secret
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
            // Others look into the outbox, too; should this be our end, one of them tries again by then.
            guard try await videos.engine.deliveries.claim(delivery, until: now.addingTimeInterval(Self.claim)) else {
                return
            }
            let message = Message(
                type: "video.\(delivery.phase.rawValue)", timestamp: VideoResource.text(delivery.createdAt),
                data: try await videos.resource(job))
            let outcome = await post(message, delivery, now)
            switch schedule.step(
                after: outcome, attempt: delivery.attempts + 1, jitter: Double.random(in: 0..<1))
            {
            case .delivered:
                try await videos.engine.deliveries.done(delivery.id)
            case .giveUp:
                logger.warning("webhook given up", metadata: ["video": "\(delivery.job)"])
                try await videos.engine.deliveries.done(delivery.id)
            case .retry(let delay):
                try await videos.engine.deliveries.reschedule(
                    delivery.id, at: now.addingTimeInterval(delay / .seconds(1)))
            }
        } catch {
            logger.error("webhook", metadata: ["video": "\(delivery.job)", "error": "\(error)"])
        }
    }

    private func post(_ message: Message, _ delivery: Delivery, _ now: Date) async -> WebhookSchedule.Outcome {
        do {
            let body = try JSONText.encode(message)
            return .answered(
                try await client.post(
                    WebhookMessage(id: delivery.id, body: body), to: WebhookTarget(delivery.url), secret: secret,
                    timestamp: Int(now.timeIntervalSince1970)))
        } catch {
            logger.info(
                "webhook not delivered",
                metadata: ["video": "\(delivery.job)", "attempt": "\(delivery.attempts + 1)", "error": "\(error)"])
            return .failed(isPermanent: (error as? WebhookFailure)?.isPermanent ?? false)
        }
    }
}
