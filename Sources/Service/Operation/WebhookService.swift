import Foundation
import ServiceLifecycle

/// Looks into the outbox of webhooks every second.
struct WebhookService: Service {
    let parts: ServiceParts

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await parts.webhooks.sendDue(now: Date())
                } catch is CancellationError {
                    return
                } catch {
                    parts.logger.error("webhooks", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}
