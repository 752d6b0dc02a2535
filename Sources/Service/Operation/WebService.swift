import Dispatch
import Foundation
import HTTPServer
import ServiceLifecycle
import UnixSignals

/// Answers requests until the group shuts down; SIGHUP renews the certificate.
struct WebService: Service {
    let parts: ServiceParts
    let announce: @Sendable (String) -> Void

    func run() async throws {
        let addresses = try await parts.server.start()
        parts.readiness.become(.ready)
        let scheme = parts.tls == nil ? "http" : "https"
        for address in addresses { announce("listening on \(scheme)://\(address)") }
        await withTaskGroup(of: Void.self) { group in
            if parts.tls != nil { group.addTask { await renewCertificate() } }
            await withGracefulShutdownHandler {
                try? await gracefulShutdown()
            } onGracefulShutdown: {
                parts.readiness.become(.draining)
            }
            group.cancelAll()
            await parts.server.drain(deadline: .seconds(parts.settings.drain))
        }
    }

    private func renewCertificate() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            do {
                try parts.tls?.reload()
                parts.logger.info("certificate renewed")
            } catch {
                parts.logger.error("certificate not renewed", metadata: ["error": "\(error)"])
            }
        }
    }
}
