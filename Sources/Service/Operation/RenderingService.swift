import Engine
import Foundation
import HTTPCore
import HTTPServer
import Jobs
import Logging
import Metrics
import ServiceLifecycle
import UnixSignals

/// The whole service: `adnerf serve`, and `adnerf worker`.
public struct RenderingService: Sendable {
    let settings: ServiceSettings
    let logger: Logger
    let metrics: PrometheusMetrics
    let announce: @Sendable (String) -> Void

    /// - Parameter announce: receives `listening on http://H:P`, for each address, when requests are answered.
    public init(settings: ServiceSettings, announce: @escaping @Sendable (String) -> Void) {
        self.settings = settings
        self.announce = announce
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        let format = settings.logFormat
        logger = Logger(label: "adnerf") { label in
            var handler = LineLogHandler(label: label, format: format)
            handler.logLevel = level
            return handler
        }
        metrics = PrometheusMetrics()
    }

    /// Serves until SIGTERM or SIGINT, then finishes what runs, and at the deadline puts back what has not.
    ///
    /// - Throws: what is wrong with the settings, the files that they name, or the address.
    public func run() async throws {
        let parts = try await ServiceParts(settings: settings, logger: logger, metrics: metrics)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services(parts),
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            await parts.close()
            throw error
        }
        await parts.close()
    }

    private func services(_ parts: ServiceParts) -> [ServiceGroupConfiguration.ServiceConfiguration] {
        let work = ServiceGroupConfiguration.ServiceConfiguration(
            service: WorkService(parts: parts), serviceName: "work")
        let webhooks = ServiceGroupConfiguration.ServiceConfiguration(
            service: WebhookService(parts: parts), serviceName: "webhooks")
        let web = ServiceGroupConfiguration.ServiceConfiguration(
            service: WebService(parts: parts, announce: announce), serviceName: "web")
        return settings.role == .server ? [work, webhooks, web] : [work, web]
    }
}
