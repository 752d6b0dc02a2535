import Foundation
import HTTPServer
import Jobs
import Testing

@testable import Service

/// What only a client at the end of a connection sees.
@Suite(.timeLimit(.minutes(2))) struct SocketTests {
    private func run(_ options: TestService.Options, _ body: (TestService, UInt16) async throws -> Void) async throws {
        try await TestService.run(options, settings: { $0.port = 0 }) { service in
            let addresses = try await service.parts.server.start()
            let port = try #require("\(addresses[0])".split(separator: ":").last.flatMap { UInt16($0) })
            try await body(service, port)
            await service.parts.server.drain(deadline: .zero)
        }
    }

    /// Answers, problems and logs call a request by the same name.
    @Test func requestsHaveNames() async throws {
        var options = TestService.Options()
        options.works = false
        try await run(options) { service, port in
            let health = try await Client(port: port).exchange("GET /healthz HTTP/1.1\r\nHost: a\r\n")
            let name = try #require(health.field("X-Request-Id"))
            let problem = try await Client(port: port).exchange("GET /nowhere HTTP/1.1\r\nHost: a\r\n")
            let other = try #require(problem.field("X-Request-Id"))
            #expect(name != other)
            #expect(problem.body.contains("\"instance\":\"urn:request:\(other)\""))
            // Counted by route, not by path.
            while !(try await service.get("/metrics").text.contains("route=\"none\"")) { await Task.yield() }
            let metrics = try await service.get("/metrics").text
            #expect(
                metrics.contains(#"adnerf_http_requests_total{method="GET",route="/healthz",status="200"} 1"#))
            #expect(metrics.contains(#"adnerf_http_requests_total{method="GET",route="none",status="404"} 1"#))
        }
    }

    /// Who hangs up no longer wants the video that was made for them alone.
    @Test func hangingUpCancelsTheJob() async throws {
        var options = TestService.Options()
        options.gate = 0
        try await run(options) { service, port in
            let form: FormBody = ["features": .file(try Fixture.features(2))]
            let head = """
                POST /v1/videos HTTP/1.1\r\nHost: a\r\nAccept: video/mp4\r\nContent-Type: \(FormBody.contentType)\r
                Content-Length: \(form.bytes.count)\r\n\r\n
                """
            let client = try Client(port: port)
            try await client.send(Array(head.utf8) + form.bytes)
            // Its first bytes: the video has begun, and waits for the first segment.
            #expect(try await client.receive().hasPrefix("HTTP/1.1 200"))
            #expect(try await service.get("/v1/videos").json["data"].count == 1)
            client.hangUp()
            while try await service.get("/v1/videos").json["data"].count > 0 { await Task.yield() }
        }
    }
}
