import Engine
import Foundation
import HTTPServer
import Testing

@testable import Service

@Suite struct SecretsTests {
    @Test func secretsAreMadeOnceAndKeptToOneself() throws {
        let folder = try TestFolder()
        let first = try Secrets(folder: folder.path)
        #expect(first.links.count == 32)
        #expect(throws: Never.self) { try WebhookSecret(first.webhooks) }
        let facts = try FileManager.default.attributesOfItem(atPath: folder.file("secrets.json"))
        #expect((facts[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let second = try Secrets(folder: folder.path)
        #expect(second.links == first.links)
        #expect(second.webhooks == first.webhooks)
        let other = try TestFolder()
        #expect(try Secrets(folder: other.path).links != first.links)
    }

    @Test func brokenSecretsAreTold() throws {
        let folder = try TestFolder()
        try folder.write(Array("{}".utf8), to: "secrets.json")
        #expect(throws: EngineError.self) { try Secrets(folder: folder.path) }
        #expect(throws: EngineError.self) { try Secrets(folder: "/nowhere/at/all") }
    }
}
