import Testing

@testable import HTTPServer

struct WebhookTests {
    private static let secret = try! WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    // MARK: Signatures

    @Test func `Signs as the specification's example`() {
        let body = Array(#"{"test": 2432232314}"#.utf8)
        let signature = Self.secret.signature(id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: body)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: [
        "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_c2hvcnQ=",
        "whsec_" + Base64.encode([UInt8](repeating: 1, count: 65)), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa??",
    ])
    func `Refuses what is no secret`(text: String) {
        #expect(throws: WebhookSecret.FormatError.self) { try WebhookSecret(text) }
    }

    @Test func `Makes secrets`() throws {
        let secret = WebhookSecret()
        #expect(try WebhookSecret(secret.text).text == secret.text)
        #expect(WebhookSecret().text != secret.text)
    }

    // MARK: Schedule

    @Test func `Retries later and later, then gives up`() {
        let schedule = WebhookSchedule(delays: [.seconds(5), .seconds(300)])
        let unavailable = WebhookSchedule.Outcome.answered(WebhookAnswer(status: 503))
        #expect(schedule.step(after: unavailable, attempt: 1, jitter: 0) == .retry(after: .seconds(5)))
        #expect(schedule.step(after: unavailable, attempt: 2, jitter: 0.5) == .retry(after: .seconds(330)))
        #expect(schedule.step(after: unavailable, attempt: 3, jitter: 0) == .giveUp)
        #expect(schedule.step(after: unavailable, attempt: 0, jitter: 0) == .giveUp)
        #expect(schedule.step(after: .failed(isPermanent: false), attempt: 1, jitter: 0) == .retry(after: .seconds(5)))
        #expect(schedule.step(after: .failed(isPermanent: true), attempt: 1, jitter: 0) == .giveUp)
    }

    @Test(
        arguments: [
            (200, nil, .delivered), (204, nil, .delivered), (299, nil, .delivered), (410, nil, .giveUp),
            (301, nil, .retry(after: .seconds(5))), (404, nil, .retry(after: .seconds(5))),
            (429, 60, .retry(after: .seconds(60))), (429, 1, .retry(after: .seconds(5))),
            (503, 999_999_999, .retry(after: .seconds(86_400))),
        ] as [(Int, Int?, WebhookSchedule.Step)])
    func `Decides by status`(status: Int, retryAfter: Int?, step: WebhookSchedule.Step) {
        let answer = WebhookAnswer(status: status, retryAfter: retryAfter.map { .seconds($0) })
        #expect(WebhookSchedule().step(after: .answered(answer), attempt: 1, jitter: 0) == step)
    }

    // MARK: Answers

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\n\r\n", 200, nil), ("HTTP/1.0 204\r\nA: b\r\n\r\nbody", 204, nil),
            ("HTTP/1.1 429 Slow\r\nretry-after:  7 \r\n\r\n", 429, 7),
            ("HTTP/1.1 503 X\r\nRetry-After: soon\r\n\r\n", 503, nil),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 E\r\nA: b\r\n\r\nHTTP/1.1 201 C\r\n\r\n", 201, nil),
            ("HTTP/1.1 503 X\r\nRetry-After: 99999999999999999999\r\n\r\n", 503, nil),
        ] as [(String, Int, Int?)])
    func `Reads the head of an answer`(text: String, status: Int, retryAfter: Int?) throws {
        let expected = WebhookAnswer(status: status, retryAfter: retryAfter.map { .seconds($0) })
        #expect(try WebhookAnswer.parse(Array(text.utf8)) == expected)
        let bytes = Array(text.utf8)
        for length in 0..<bytes.count {
            let answer = try WebhookAnswer.parse(Array(bytes.prefix(length)))
            #expect(answer == nil || answer == expected)
        }
    }

    @Test(arguments: [
        "SSH-2.0\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 2000 X\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "\r\n\r\n",
        "HTTP/1.1 999 X\r\n\r\n",
    ])
    func `Refuses what is no answer`(text: String) {
        let error = #expect(throws: WebhookFailure.self) { try WebhookAnswer.parse(Array(text.utf8)) }
        #expect(error?.kind == .malformedAnswer)
    }

    // MARK: Targets

    @Test(
        arguments: [
            ("https://example.org", true, "example.org", 443, "/", "example.org"),
            ("HTTP://example.org:8080/a/b?c=d", false, "example.org", 8080, "/a/b?c=d", "example.org:8080"),
            ("https://example.org?x", true, "example.org", 443, "/?x", "example.org"),
            ("http://127.0.0.1/", false, "127.0.0.1", 80, "/", "127.0.0.1"),
            ("https://[2001:db8::1]:444/x", true, "2001:db8::1", 444, "/x", "[2001:db8::1]:444"),
            ("https://[::1]", true, "::1", 443, "/", "[::1]"),
        ] as [(String, Bool, String, UInt16, String, String)])
    func `Reads targets`(url: String, isSecure: Bool, host: String, port: UInt16, path: String, authority: String)
        throws
    {
        let target = try WebhookTarget(url)
        #expect(target.isSecure == isSecure && target.host == host && target.port == port)
        #expect(target.path == path && target.authority == authority)
    }

    @Test(arguments: [
        "", "example.org", "ftp://example.org", "https://", "https:///x", "https://user:pass@example.org",
        "https://a@b/",
        "https://example.org#f", "https://example.org/a b", "https://example.org/\r\nX: y", "https://ex\u{e4}mple.org",
        "https://example.org:0", "https://example.org:65536", "https://example.org:", "https://example.org:8x",
        "https://[::1",
        "https://[127.0.0.1]", "https://::1/", "https://[fe80::1%25eth0]/", "https://example.org\\@evil.org/",
        "https://" + String(repeating: "a", count: 2048), "javascript://example.org",
    ])
    func `Refuses what is no target`(url: String) {
        let error = #expect(throws: HTTPError.self) { try WebhookTarget(url) }
        #expect(error?.status == .unprocessableContent)
    }

    // MARK: Addresses

    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
        "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1",
        "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::10.0.0.1",
        "64:ff9b:1::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001::1",
        "2001:db8::1",
        "2002:7f00:1::", "3fff::1", "100::1", "4000::1", "::ffff:0:127.0.0.1",
    ])
    func `Knows what is not public`(text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic == false)
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1", "128.0.0.1",
        "169.253.0.1",
        "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.0.1", "198.17.0.1", "198.20.0.1", "223.255.255.255",
        "2606:4700::1111", "2a00::1", "2001:4860:4860::8888", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1",
    ])
    func `Knows what is public`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isPublic)
        #expect(IPAddress(address.description) == address)
    }

    // MARK: Delivery

    private static let message = WebhookMessage(id: "msg_1", body: Array(#"{"status":"completed"}"#.utf8))

    @Test func `Delivers a signed message`() async throws {
        let endpoint = TestEndpoint(answer: "HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nhello")
        let target = try WebhookTarget("http://localhost:\(endpoint.port)/hook?a=b")
        let client = try WebhookClient(allowsPrivateAddresses: true)
        let answer = try await client.post(Self.message, to: target, secret: Self.secret, timestamp: 1_700_000_000)
        #expect(answer == WebhookAnswer(status: 202))
        let signature = Self.secret.signature(id: "msg_1", timestamp: 1_700_000_000, body: Self.message.body)
        #expect(
            endpoint.request == """
                POST /hook?a=b HTTP/1.1\r
                Host: localhost:\(endpoint.port)\r
                User-Agent: adnerf\r
                Content-Type: application/json\r
                Content-Length: 22\r
                webhook-id: msg_1\r
                webhook-timestamp: 1700000000\r
                webhook-signature: \(signature)\r
                Connection: close\r
                \r
                {"status":"completed"}
                """)
    }

    @Test(arguments: [
        "localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1", "127.1",
    ])
    func `Does not go to private addresses unless allowed`(host: String) async throws {
        let endpoint = TestEndpoint(answer: "HTTP/1.1 200 OK\r\n\r\n")
        let target = try WebhookTarget("http://\(host):\(endpoint.port)/")
        let client = try WebhookClient()
        let error = await #expect(throws: WebhookFailure.self) {
            try await client.post(Self.message, to: target, secret: Self.secret)
        }
        #expect(error?.kind == .forbiddenAddress && error?.isPermanent == true)
        #expect(endpoint.request.isEmpty)
    }

    private static func failure(_ answer: String?, limits: WebhookClient.Limits = .init()) async throws
        -> WebhookFailure.Kind?
    {
        let endpoint = TestEndpoint(answer: answer)
        let target = try WebhookTarget("http://127.0.0.1:\(endpoint.port)/")
        let client = try WebhookClient(allowsPrivateAddresses: true, limits: limits)
        return await #expect(throws: WebhookFailure.self) {
            try await client.post(message, to: target, secret: secret)
        }?.kind
    }

    @Test func `Tells what went wrong`() async throws {
        #expect(try await Self.failure("SMTP\r\n\r\n") == .malformedAnswer)
        #expect(try await Self.failure("HTTP/1.1 200 OK\r\nA: b\r\n") == .malformedAnswer)
        #expect(
            try await Self.failure("HTTP/1.1 200 OK\r\nA: " + String(repeating: "b", count: 20_000)) == .malformedAnswer
        )
        var limits = WebhookClient.Limits()
        limits.total = .milliseconds(50)
        #expect(try await Self.failure(nil, limits: limits) == .timeout)
    }

    @Test func `Tells that nobody is there`() async throws {
        let port = TestEndpoint(answer: nil).port
        let client = try WebhookClient(allowsPrivateAddresses: true)
        let error = await #expect(throws: WebhookFailure.self) {
            try await client.post(Self.message, to: WebhookTarget("http://127.0.0.1:\(port)/"), secret: Self.secret)
        }
        #expect(error?.kind == .unreachable && error?.isPermanent == false)
    }

    // MARK: TLS

    @Test func `Delivers by TLS to the very host that the certificate names`() async throws {
        let folder = try TestFolder()
        let identity = TestIdentity(name: "localhost")
        let authorities = try folder.write(identity.certificate, to: "ca.pem")
        let client = try WebhookClient(allowsPrivateAddresses: true, authorities: authorities)
        let endpoint = TestEndpoint(answer: "HTTP/1.1 204 No Content\r\n\r\n", identity: identity)
        let target = try WebhookTarget("https://localhost:\(endpoint.port)/")
        #expect(try await client.post(Self.message, to: target, secret: Self.secret).status == 204)
        #expect(endpoint.request.hasSuffix(#"{"status":"completed"}"#))
    }

    @Test func `Trusts no other certificate`() async throws {
        let folder = try TestFolder()
        let known = TestIdentity(name: "localhost")
        let client = try WebhookClient(
            allowsPrivateAddresses: true, authorities: folder.write(known.certificate, to: "ca.pem"))
        func failure(_ identity: TestIdentity, host: String, _ client: WebhookClient) async throws -> WebhookFailure
            .Kind?
        {
            let endpoint = TestEndpoint(answer: "HTTP/1.1 200 OK\r\n\r\n", identity: identity)
            let error = await #expect(throws: WebhookFailure.self) {
                try await client.post(
                    Self.message, to: WebhookTarget("https://\(host):\(endpoint.port)/"), secret: Self.secret)
            }
            #expect(endpoint.request.isEmpty)
            return error?.kind
        }
        #expect(try await failure(known, host: "127.0.0.1", client) == .untrusted)
        #expect(try await failure(TestIdentity(name: "localhost"), host: "localhost", client) == .untrusted)
        let strict = try WebhookClient(allowsPrivateAddresses: true)
        #expect(try await failure(known, host: "localhost", strict) == .untrusted)
        #expect(throws: WebhookFailure.self) { try WebhookClient(authorities: "/nowhere.pem") }
    }

    @Test func `A server without TLS is no secure endpoint`() async throws {
        let endpoint = TestEndpoint(answer: nil)
        var limits = WebhookClient.Limits()
        limits.total = .milliseconds(200)
        let client = try WebhookClient(allowsPrivateAddresses: true, limits: limits)
        let error = await #expect(throws: WebhookFailure.self) {
            try await client.post(
                Self.message, to: WebhookTarget("https://127.0.0.1:\(endpoint.port)/"), secret: Self.secret)
        }
        #expect(error?.kind == .timeout)
        #expect(!endpoint.request.contains("webhook"))
    }
}
