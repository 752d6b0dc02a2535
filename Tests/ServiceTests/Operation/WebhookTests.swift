import Foundation
import HTTPServer
import HTTPTypes
import Testing

@testable import Service

/// What is told to a client's own server when a job has ended.
@Suite struct WebhookTests {
    private static let secret = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()

    /// Makes a job that tells `url` of its end, and ends it.
    private func end(_ service: TestService, telling url: String) async throws -> String {
        let path = try await service.submit([
            "features": .file(try Fixture.features(2)), "webhook": .text(url), "metadata": .text(#"{"a":"b"}"#),
        ])
        #expect(try await service.post("\(path)/cancel").status == 200)
        return path
    }

    @Test func messagesAreSignedAndSentUntilTheyArrive() async throws {
        let receiver = try await Receiver(statuses: [500])
        try await TestService.runIdle(settings: {
            $0.allowPrivateWebhooks = true
            $0.webhookSecret = Self.secret
        }) { service in
            let webhooks = service.parts.webhooks
            let path = try await end(service, telling: receiver.url)
            let now = Date()
            try await webhooks.sendDue(now: now)
            #expect(receiver.messages.count == 1)
            // Not before its time, and then again.
            try await webhooks.sendDue(now: now.addingTimeInterval(4))
            #expect(receiver.messages.count == 1)
            let later = now.addingTimeInterval(7)
            try await webhooks.sendDue(now: later)
            #expect(receiver.messages.count == 2)
            try await webhooks.sendDue(now: now.addingTimeInterval(1e6))
            #expect(receiver.messages.count == 2)
            #expect(try await service.parts.engine.deliveries.nextDue() == nil)

            let secret = try WebhookSecret(Self.secret)
            for (message, time) in zip(receiver.messages, [now, later]) {
                let id = try #require(message["webhook-id"])
                #expect(id == receiver.messages[0]["webhook-id"])
                #expect(message["webhook-timestamp"] == "\(Int(time.timeIntervalSince1970))")
                #expect(
                    message["webhook-signature"]
                        == secret.signature(id: id, timestamp: Int(time.timeIntervalSince1970), body: message.body))
                #expect(message["Content-Type"] == "application/json")
                let json = try JSONDecoder().decode(JSONValue.self, from: Data(message.body))
                #expect(json.names == ["type", "timestamp", "data"])
                #expect(json["type"].string == "video.canceled")
                #expect(json["data"]["links"]["self"].string == path)
                #expect(json["data"]["metadata"]["a"].string == "b")
                #expect(json["data"] == (try await service.get(path).json))
            }
        }
        await receiver.close()
    }

    @Test func whoeverIsGoneIsNotAskedAgain() async throws {
        let receiver = try await Receiver(statuses: [410])
        try await TestService.runIdle(settings: { $0.allowPrivateWebhooks = true }) { service in
            _ = try await end(service, telling: receiver.url)
            try await service.parts.webhooks.sendDue(now: Date())
            #expect(receiver.messages.count == 1)
            #expect(try await service.parts.engine.deliveries.nextDue() == nil)
            // A job that is removed before has nothing to tell.
            let path = try await end(service, telling: receiver.url)
            #expect(try await service.delete(path).status == 204)
            try await service.parts.webhooks.sendDue(now: Date())
            #expect(receiver.messages.count == 1)
        }
        await receiver.close()
    }

    /// By default no address of this machine or its networks is called.
    @Test func privateAddressesAreNotCalled() async throws {
        let receiver = try await Receiver()
        try await TestService.runIdle { service in
            let port = receiver.url.split(separator: ":").last?.prefix { $0.isNumber } ?? ""
            for host in ["127.0.0.1", "localhost", "[::1]"] {
                _ = try await end(service, telling: "https://\(host):\(port)/hook")
            }
            try await service.parts.webhooks.sendDue(now: Date())
            #expect(receiver.messages.count == 0)
            #expect(try await service.parts.engine.deliveries.nextDue() == nil)
        }
        await receiver.close()
    }

    @Test func secretsAreChecked() async throws {
        await #expect(throws: (any Error).self) {
            try await TestService.runIdle(settings: { $0.webhookSecret = "short" }) { _ in }
        }
    }
}
