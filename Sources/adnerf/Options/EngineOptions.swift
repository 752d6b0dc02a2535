import ArgumentParser
import Foundation
import Service

/// How to reach an engine, for commands that have nothing else to do with the service.
struct EngineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The engine: nats://HOST:4222 or tls://HOST:4222, several separated by commas. By default ADNERF_ENGINE.",
            valueName: "address"))
    var engine: String?

    @Option(help: ArgumentHelp("Of the engine's streams, as its servers have it.", valueName: "name"))
    var engineName: String?

    @Option(help: ArgumentHelp("A .creds file.", valueName: "file"))
    var engineCredentials: String?

    @Option(help: ArgumentHelp("The authorities to trust (PEM). By default the system's.", valueName: "file"))
    var engineCa: String?

    @Option(help: ArgumentHelp("This client's certificate with its chain (PEM).", valueName: "file"))
    var engineCert: String?

    @Option(help: ArgumentHelp("The certificate's key (PEM).", valueName: "file"))
    var engineKey: String?

    @Option(
        help: ArgumentHelp(
            "On how many of the engine's servers avatars are stored: 1, 3 or 5. Counts when it is used first.",
            valueName: "count"))
    var engineReplicas: String?

    @Option(help: ArgumentHelp("A JSON object of settings.", valueName: "file"))
    var config: String?

    /// Runs something with the engine's avatars, and ends the connection.
    func withPublisher<Value: Sendable>(_ body: (AvatarPublisher) async throws -> Value) async throws -> Value {
        let settings = try SettingsReader.read(
            options: options, environment: ProcessInfo.processInfo.environment, file: config,
            role: .publisher)
        let publisher = try await AvatarPublisher.open(settings)
        do {
            let value = try await body(publisher)
            await publisher.close()
            return value
        } catch {
            await publisher.close()
            throw error
        }
    }

    private var options: [String: String] {
        [
            "engine": engine, "engine-name": engineName, "engine-credentials": engineCredentials,
            "engine-ca": engineCa, "engine-cert": engineCert, "engine-key": engineKey,
            "engine-replicas": engineReplicas,
        ].compactMapValues { $0 }
    }
}
