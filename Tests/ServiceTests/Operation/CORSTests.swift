import HTTPTypes
import Testing

@testable import Service

/// Pages of other origins.
@Suite struct CORSTests {
    private static let page: HTTPFields = [.origin: "https://page.example"]

    private static let question: HTTPFields = [
        .origin: "https://page.example", .accessControlRequestMethod: "POST",
        .accessControlRequestHeaders: "authorization, idempotency-key",
    ]

    /// A preflight brings no key, and is answered before anybody asks for one.
    @Test func configuredOriginsAreLetIn() async throws {
        var options = TestService.Options()
        options.keys = ["a:secret-a"]
        try await TestService.runIdle(options, settings: { $0.corsOrigins = ["https://page.example"] }) { service in
            let preflight = try await Answer(service.response(.options, "/v1/videos", Self.question))
            #expect(preflight.status == 204)
            #expect(preflight["Access-Control-Allow-Origin"] == "https://page.example")
            #expect(preflight["Access-Control-Allow-Methods"]?.contains("POST") == true)
            #expect(preflight["Access-Control-Allow-Headers"]?.contains("Idempotency-Key") == true)
            #expect(preflight["Access-Control-Allow-Credentials"] == nil)
            #expect(preflight["Vary"]?.contains("Origin") == true)

            let refused = try await service.get("/v1/videos", Self.page)
            refused.expectProblem(401, "unauthorized")
            #expect(refused["Access-Control-Allow-Origin"] == "https://page.example")
            #expect(refused["Access-Control-Expose-Headers"]?.contains("X-Request-Id") == true)

            var other = Self.question
            other[.origin] = "https://other.example"
            let stranger = try await Answer(service.response(.options, "/v1/videos", other))
            #expect(stranger["Access-Control-Allow-Origin"] == nil)
            #expect(try await service.get("/healthz", [.origin: "null"])["Access-Control-Allow-Origin"] == nil)
        }
    }

    @Test func nobodyIsLetInByDefault() async throws {
        try await TestService.runIdle { service in
            let answer = try await Answer(service.response(.options, "/v1/videos", Self.question))
            #expect(answer.status == 204)
            #expect(answer["Allow"] == "GET, HEAD, OPTIONS, POST")
            #expect(answer["Access-Control-Allow-Origin"] == nil)
            #expect(try await service.get("/v1/videos", Self.page)["Access-Control-Allow-Origin"] == nil)
        }
    }

    @Test func originsAreChecked() async throws {
        await #expect(throws: (any Error).self) {
            try await TestService.runIdle(settings: { $0.corsOrigins = ["page.example"] }) { _ in }
        }
    }
}
