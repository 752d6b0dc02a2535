import Engine
import Foundation
import HTTPServer
import Jobs
import Logging
import Testing

@testable import Service

@Suite struct SecretsTests {
    private func engine(_ folder: TestFolder) async throws -> JobEngine {
        try await .open(folder: folder.path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func secrets(_ folder: TestFolder) async throws -> Secrets {
        let engine = try await engine(folder)
        let secrets = try await Secrets(keptBy: engine)
        await engine.close()
        return secrets
    }

    @Test func secretsAreMadeOnceAndKeptToOneself() async throws {
        let folder = try TestFolder()
        let first = try await secrets(folder)
        #expect(first.links.count == 32)
        #expect(throws: Never.self) { try WebhookSecret(first.webhooks) }
        let facts = try FileManager.default.attributesOfItem(atPath: folder.file("secrets.json"))
        #expect((facts[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let second = try await secrets(folder)
        #expect(second.links == first.links)
        #expect(second.webhooks == first.webhooks)
        let other = try TestFolder()
        #expect(try await secrets(other).links != first.links)
    }

    @Test func brokenSecretsAreTold() async throws {
        let folder = try TestFolder()
        try folder.write(Array("{}".utf8), to: "secrets.json")
        await #expect(throws: EngineError.self) { try await secrets(folder) }
    }
}
