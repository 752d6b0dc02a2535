import HTTPTypes
import Logging
import Testing

@testable import HTTPServer

struct RouterTests {
    private static let recorder = LogRecorder()

    /// A router whose handlers answer with their pattern and what it captured.
    private static let router: Router = {
        var router = Router(logger: Logger(label: "test") { _ in recorder })
        let echo: Router.Handler = { request in
            let captured = request.parameters.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
            let text = ([request.head.method.rawValue, request.route!] + captured).joined(separator: " ")
            return Response(.ok, body: .bytes(Array(text.utf8)))
        }
        for pattern in [
            "/", "/healthz", "/v1/videos", "/v1/videos/{id}", "/v1/videos/{id}/content", "/v1/videos/{id}/frames",
            "/v1/videos/{id}/frames/{number}.jpg", "/v1/videos/{id}/frames/{name}", "/v1/videos/latest",
            "/v1/{kind}/all/{x}", "/v1/videos/{id}/frames/f{number}.jpg",
        ] {
            router.on(.get, pattern, echo)
        }
        router.on(.post, "/v1/videos", bodyLimit: 10) { request in
            let body = try await request.body.collect(upTo: .max)
            return Response(.accepted, body: .bytes(body))
        }
        router.on(.delete, "/v1/videos/{id}", echo)
        router.on(.get, "/refused") { _ in
            throw HTTPError(.tooManyRequests, kind: "queue-full", detail: "say \"when\"\n", fields: [.retryAfter: "7"])
        }
        router.on(.get, "/broken") { _ in throw Secret() }
        router.on(.get, "/full") { _ in throw HTTPError(.insufficientStorage, detail: "the disk is full") }
        router.on(.get, "/gone") { _ in throw CancellationError() }
        return router
    }()

    private struct Secret: Error, CustomStringConvertible {
        var description: String { "password=hunter2" }
    }

    @Test(arguments: [
        ("/", "GET /"), ("/?a=b", "GET /"), ("/healthz", "GET /healthz"), ("/v1/videos?limit=1", "GET /v1/videos"),
        ("/v1/videos/7", "GET /v1/videos/{id} id=7"), ("/v1/videos/latest", "GET /v1/videos/latest"),
        ("/v1/videos/a%20b%C3%A4", "GET /v1/videos/{id} id=a bä"), ("/v1/videos/%6Catest", "GET /v1/videos/latest"),
        ("/v1/videos/latest/content", "GET /v1/videos/{id}/content id=latest"),
        ("/v1/videos/7/frames/12.jpg", "GET /v1/videos/{id}/frames/{number}.jpg id=7 number=12"),
        ("/v1/videos/7/frames/f12.jpg", "GET /v1/videos/{id}/frames/f{number}.jpg id=7 number=12"),
        ("/v1/videos/7/frames/12.png", "GET /v1/videos/{id}/frames/{name} id=7 name=12.png"),
        ("/v1/videos/7/frames/.jpg", "GET /v1/videos/{id}/frames/{name} id=7 name=.jpg"),
        ("/v1/videos/all/9", "GET /v1/{kind}/all/{x} kind=videos x=9"),
        ("/v1/videos/%2e%2e%2e", "GET /v1/videos/{id} id=..."), ("/v1/videos/%257B", "GET /v1/videos/{id} id=%7B"),
    ])
    func `Finds the route and captures segments`(target: String, expected: String) async throws {
        let response = await Self.router.respond(to: .made(.get, target))
        #expect(try await response.text() == expected)
        #expect(response.status == .ok)
        #expect(response.route.map { expected.contains($0) } == true)
    }

    @Test(arguments: [
        "/v1", "/v1/", "/v1/videos/", "/v1//videos", "//", "//healthz", "/healthz/", "/v1/videos//content",
        "/v1/./videos", "/v1/../healthz", "/v1/videos/..", "/v1/videos/%2e%2E", "/v1/videos/.",
        "/v1/videos/%2e/content",
        "/v1/videos/a%2Fb", "/v1/videos/a%5Cb", "/v1/videos/%00", "/v1/videos/%0d%0a", "/v1/videos/%ff", "/v1/videos/%",
        "/v1/videos/%4", "/v1/videos/%zz", "/HEALTHZ", "/healthz%2F", "/v1%2Fvideos", "v1/videos",
        "/v1/videos/{id}/nothing",
        "/v1/videos/7/content/8",
    ])
    func `Knows nothing elsewhere`(target: String) async throws {
        let response = await Self.router.respond(to: .made(.get, target))
        #expect(response.status == .notFound)
        #expect(response.route == nil)
        #expect(response.fields[.contentType] == "application/problem+json")
    }

    @Test func `A long path of many segments costs nothing`() async {
        let path = String(repeating: "/v1/videos/x", count: 100_000)
        #expect(await Self.router.respond(to: .made(.get, path)).status == .notFound)
    }

    @Test func `A GET route answers HEAD`() async throws {
        let response = await Self.router.respond(to: .made(.head, "/v1/videos/7"))
        #expect(try await response.text() == "HEAD /v1/videos/{id} id=7")
    }

    @Test func `Another method is 405 with those that there are`() async throws {
        let response = await Self.router.respond(to: .made(.put, "/v1/videos/7"))
        #expect(response.status == .methodNotAllowed)
        #expect(response.fields[.allow] == "DELETE, GET, HEAD, OPTIONS")
        #expect(response.route == "/v1/videos/{id}")
    }

    @Test(arguments: [("/v1/videos", "GET, HEAD, OPTIONS, POST"), ("/healthz", "GET, HEAD, OPTIONS")])
    func `OPTIONS tells the methods`(path: String, allow: String) async {
        let response = await Self.router.respond(to: .made(.options, path))
        #expect(response.status == .noContent)
        #expect(response.fields[.allow] == allow)
    }

    @Test func `OPTIONS * tells all methods, and of nothing is 404`() async {
        let response = await Self.router.respond(to: .made(.options, "*"))
        #expect(response.status == .noContent)
        #expect(response.fields[.allow] == "DELETE, GET, HEAD, OPTIONS, POST")
        #expect(await Self.router.respond(to: .made(.options, "/nothing")).status == .notFound)
    }

    @Test func `A route takes as much content as it says`() async throws {
        let small = await Self.router.respond(
            to: .made(.post, "/v1/videos", body: RequestBody(Array("0123456789".utf8))))
        #expect(small.status == .accepted)
        let large = await Self.router.respond(
            to: .made(.post, "/v1/videos", body: RequestBody(Array("0123456789a".utf8))))
        #expect(large.status == .contentTooLarge)
    }

    @Test func `An error is a problem document`() async throws {
        let response = await Self.router.respond(to: .made(.get, "/refused"))
        #expect(response.status == .tooManyRequests)
        #expect(response.fields[.retryAfter] == "7")
        #expect(response.fields[.contentType] == "application/problem+json")
        let expected =
            #"{"type":"/problems/queue-full","title":"Too Many Requests","status":429,"#
            + #""detail":"say \"when\"\n","instance":"urn:request:r1"}"# + "\n"
        #expect(try await response.text() == expected)
    }

    @Test func `An unforeseen error is told to the log only`() async throws {
        let response = await Self.router.respond(to: .made(.get, "/broken?x=1"))
        #expect(response.status == .internalServerError)
        let text = try await response.text()
        #expect(text.contains("r1") && !text.contains("hunter2") && !text.contains("Secret"))
        let line = Self.recorder.recorded.lines.withLock { $0.first { $0.contains("/broken") } }
        #expect(line == "error a handler failed error=password=hunter2 method=GET request-id=r1 route=/broken")
    }

    @Test func `A refusal that is the server's fault is logged, too`() async throws {
        #expect(await Self.router.respond(to: .made(.get, "/full")).status.code == 507)
        let line = Self.recorder.recorded.lines.withLock { $0.first { $0.contains("/full") } }
        #expect(
            line == "warning a request could not be served error=the disk is full method=GET request-id=r1 route=/full")
    }

    @Test func `A cancelled handler is no failure of the server`() async {
        #expect(await Self.router.respond(to: .made(.get, "/gone")).status == .serviceUnavailable)
    }

    @Test func `Random paths find what their segments say`() async throws {
        var random = SeededGenerator(seed: 11)
        let alphabet = [
            "/", "/", ".", "..", "%", "%2e", "%2F", "a", "v1", "videos", "frames", ".jpg", "{id}", "?", "\u{e4}",
        ]
        for _ in 0..<5_000 {
            let path =
                "/"
                + (0..<Int.random(in: 0..<9, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
                .joined()
            let response = await Self.router.respond(to: .made(.get, path))
            guard response.status == .ok else {
                #expect(response.status == .notFound)
                continue
            }
            let raw = path.prefix { $0 != "?" }
            #expect(
                !raw.contains("//")
                    && !raw.dropFirst().split(separator: "/").contains { [".", "..", "%2e"].contains($0) })
        }
    }
}
