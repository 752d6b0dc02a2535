import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import HTTPServer

struct MiddlewareTests {
    // MARK: Keys

    /// The keys are `test` and `secret`.
    private static let file = """
        # comment

        web:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08:600:4\r
          batch : 2BB80D537B1DA3E38BD30361AA855686BDE0EACD7162FEF6A25FE97BF527A25B ::16
        """

    private static func keys() throws -> APIKeys {
        try APIKeys(text: file, from: "keys")
    }

    @Test func `Reads a key file`() throws {
        let folder = try TestFolder()
        let keys = try APIKeys(file: folder.write(Array(Self.file.utf8), to: "keys"))
        #expect(keys.principal(forKey: "test") == Principal(name: "web", requestsPerMinute: 600, maxJobs: 4))
        #expect(keys.principal(forKey: "secret") == Principal(name: "batch", maxJobs: 16))
        for key in ["", "Test", "test ", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"] {
            #expect(keys.principal(forKey: key) == nil)
        }
    }

    @Test(arguments: [
        ("", "keys: has no key"), ("# only\n", "has no key"), ("web", "keys:1: expected"),
        ("web:abc", "64 hexadecimal"),
        ("web:\(String(repeating: "g", count: 64))", "64 hexadecimal"),
        (":\(String(repeating: "a", count: 64))", "expected"),
        ("\n\nweb:\(String(repeating: "a", count: 64)):0", "keys:3: the limit \"0\""),
        ("web:\(String(repeating: "a", count: 64)):x", "the limit"),
        ("web:\(String(repeating: "a", count: 64)):1:2:3", "expected"),
        (
            "a:\(String(repeating: "a", count: 64))\na:\(String(repeating: "b", count: 64))",
            "keys:2: the name or the key"
        ),
        (
            "a:\(String(repeating: "a", count: 64))\nb:\(String(repeating: "A", count: 64))",
            "keys:2: the name or the key"
        ),
    ])
    func `Refuses a key file that is wrong and says where`(text: String, detail: String) {
        let error = #expect(throws: APIKeys.FileError.self) { try APIKeys(text: text, from: "keys") }
        #expect(error?.description.contains(detail) == true, "\(error?.description ?? "")")
    }

    @Test func `A missing key file says so`() {
        #expect(throws: APIKeys.FileError.self) { try APIKeys(file: "/nowhere/keys") }
    }

    private static let secret = [UInt8](repeating: 7, count: 32)

    /// Answers with the principal's name.
    private static func authentication(now: Int = 1_000) throws -> Authentication {
        Authentication(
            try keys(), signer: URLSigner(secret: secret), exempt: ["/healthz"], now: { now },
            next: Fixed { Response(.ok, body: .bytes(Array(($0.principal?.name ?? "nobody").utf8))) })
    }

    @Test(
        arguments: [
            ("Bearer test", "/v1", "web"), ("bearer  secret", "/v1", "batch"), ("Bearer test", "/healthz", "web"),
            (nil, "/healthz", "nobody"), (nil, "/v1", nil), ("Bearer wrong", "/v1", nil),
            ("Bearer wrong", "/healthz", nil),
            ("Bearer", "/v1", nil), ("Basic dGVzdA==", "/v1", nil), ("test", "/v1", nil), ("Bearer test x", "/v1", nil),
            ("", "/v1", nil), (nil, "/healthz/x", nil), (nil, "//healthz", nil),
        ] as [(String?, String, String?)])
    func `Lets keys pass`(authorization: String?, path: String, name: String?) async throws {
        var fields = HTTPFields()
        fields[.authorization] = authorization
        let response = try await Self.authentication().respond(to: .made(.get, path, fields: fields))
        if let name {
            #expect(try await response.text() == name)
        } else {
            #expect(response.status == .unauthorized)
            #expect(response.fields[.wwwAuthenticate]?.hasPrefix("Bearer realm=") == true)
            #expect(response.fields[.contentType] == "application/problem+json")
        }
    }

    // MARK: Signed URLs

    @Test func `A signed URL reads what it names, until it expires`() async throws {
        let signer = URLSigner(secret: Self.secret)
        let file = signer.sign("/v1/videos/7/content", expires: 1_001)
        let playlist = signer.sign("/v1/videos/7/hls/index.m3u8?x=1", scope: "/v1/videos/7/hls")
        let query = playlist.split(separator: "?")[1]
        func status(_ target: String, _ method: HTTPRequest.Method = .get, now: Int = 1_000) async throws -> Int {
            try await Self.authentication(now: now).respond(to: .made(method, target)).status.code
        }
        #expect(try await status(file) == 200)
        #expect(try await status(file, .head) == 200)
        #expect(try await status(file, .delete) == 401)
        #expect(try await status(file, now: 1_001) == 401)
        #expect(try await status(file.replacing("expires=1001", with: "expires=9999")) == 401)
        #expect(try await status(file.replacing("expires=1001&", with: "")) == 401)
        #expect(try await status(file.replacing("/7/", with: "/8/")) == 401)
        #expect(try await status(String(file.dropLast())) == 401)
        #expect(try await status("/v1/videos/7/content?signature=") == 401)
        #expect(try await status(playlist) == 200)
        #expect(try await status("/v1/videos/7/hls/1.m4s?\(query)") == 200)
        #expect(try await status("/v1/videos/7/hls?\(query)") == 200)
        #expect(try await status("/v1/videos/7/hlsx?\(query)") == 401)
        #expect(try await status("/v1/videos/7?\(query)") == 401)
        #expect(!URLSigner(secret: [UInt8](repeating: 8, count: 32)).isValid(.made(.get, file), now: 0))
        #expect(!signer.isValid(.made(.get, String(repeating: "/x", count: 100_000) + "?signature=x"), now: 0))
    }

    // MARK: Limits

    @Test func `A bucket refills`() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(perMinute: 2, now: start)
        #expect(bucket.take(at: start) == nil)
        #expect(bucket.take(at: start) == nil)
        #expect(bucket.take(at: start) == .seconds(30))
        #expect(bucket.take(at: start + .seconds(15)) == .seconds(15))
        #expect(bucket.take(at: start - .seconds(100)) == .seconds(15))
        #expect(bucket.take(at: start + .seconds(30)) == nil)
        #expect(!bucket.isFull(at: start + .seconds(89)) && bucket.isFull(at: start + .seconds(90)))
    }

    @Test func `Limits each key by its own and others by address`() async throws {
        let start = ContinuousClock.now
        let elapsed = Mutex(Duration.zero)
        let limiter = RateLimiter(
            perAddress: 1, exempt: ["/healthz"], now: { start + elapsed.withLock { $0 } },
            next: Fixed { _ in Response(.ok) })
        func status(_ address: String, _ principal: Principal? = nil, path: String = "/") async -> Int {
            var request = Request.made(.get, path, from: address)
            request.principal = principal
            return await limiter.respond(to: request).status.code
        }
        #expect(await status("192.0.2.1") == 200)
        let refused = await limiter.respond(to: .made(from: "192.0.2.1"))
        #expect(refused.status == .tooManyRequests && refused.fields[.retryAfter] == "60")
        #expect(await status("::ffff:192.0.2.1") == 429)
        #expect(await status("192.0.2.1", path: "/healthz") == 200)
        #expect(await status("192.0.2.2") == 200)
        #expect(await status("2001:db8::1") == 200)
        #expect(await status("2001:db8::ffff:2") == 429)
        #expect(await status("2001:db8:0:1::1") == 200)
        let two = Principal(name: "two", requestsPerMinute: 2)
        let signed = Principal(name: "signed-url", proof: .signature)
        #expect(await status("192.0.2.1", signed) == 429)
        #expect(await status("192.0.2.1", two) == 200)
        #expect(await status("192.0.2.9", two) == 200)
        #expect(await status("192.0.2.8", two) == 429)
        for _ in 0..<5 { #expect(await status("192.0.2.1", Principal(name: "free")) == 200) }
        elapsed.withLock { $0 = .seconds(60) }
        #expect(await status("192.0.2.1") == 200)
    }

    @Test func `Many addresses cost bounded memory and lock nobody out`() async {
        let limiter = RateLimiter(perAddress: 1, next: Fixed { _ in Response(.ok) })
        for number in 0..<12_000 {
            let response = await limiter.respond(to: .made(from: "10.0.\(number >> 8).\(number & 255)"))
            #expect(response.status == .ok)
        }
    }

    // MARK: Fields

    @Test func `Security fields, unless the handler has its own`() async {
        let plain = SecurityHeaders(requiresTLS: true, next: Fixed { _ in Response(.ok) })
        let response = await plain.respond(to: .made())
        #expect(response.fields[.xContentTypeOptions] == "nosniff")
        #expect(response.fields[.referrerPolicy] == "no-referrer")
        #expect(response.fields[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
        #expect(response.fields[.strictTransportSecurity] == nil)
        let own = SecurityHeaders(
            next: Fixed { _ in Response(.ok, fields: [.contentSecurityPolicy: "default-src 'self'"]) })
        #expect(await own.respond(to: .made()).fields[.contentSecurityPolicy] == "default-src 'self'")
        let video = SecurityHeaders(next: Fixed { _ in Response(.ok, fields: [.contentType: "video/mp4"]) })
        #expect(await video.respond(to: .made()).fields[.contentSecurityPolicy] == nil)
    }

    // MARK: Origins

    private static func cors(_ origins: [String]) throws -> CORS {
        CORS(try AllowedOrigins(origins), next: Fixed { _ in Response(.ok, fields: [.vary: "Accept"]) })
    }

    private static func preflight(_ origin: String) -> Request {
        .made(
            .options, "/v1/videos",
            fields: [
                .origin: origin, .accessControlRequestMethod: "POST",
                .accessControlRequestHeaders: "authorization,content-type",
            ])
    }

    @Test func `Answers preflights of configured origins`() async throws {
        let cors = try Self.cors(["https://example.org", "http://localhost:3000"])
        let response = await cors.respond(to: Self.preflight("http://localhost:3000"))
        #expect(response.status == .noContent)
        #expect(response.fields[.accessControlAllowOrigin] == "http://localhost:3000")
        #expect(response.fields[.accessControlAllowMethods]?.contains("DELETE") == true)
        let allowed = response.fields[.accessControlAllowHeaders]?.lowercased() ?? ""
        for name in ["authorization", "content-type", "idempotency-key", "prefer", "last-event-id", "range"] {
            #expect(allowed.contains(name))
        }
        #expect(response.fields[.accessControlMaxAge] == "7200")
        #expect(response.fields[.vary] == "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
        #expect(response.fields[.accessControlAllowCredentials] == nil)
    }

    @Test(arguments: [
        "https://evil.org", "http://example.org", "https://example.org.evil.org", "https://example.org:444", "null", "",
    ])
    func `Allows other origins nothing`(origin: String) async throws {
        let cors = try Self.cors(["https://example.org"])
        let preflight = await cors.respond(to: Self.preflight(origin))
        #expect(preflight.status == .noContent)
        #expect(
            preflight.fields[.accessControlAllowOrigin] == nil && preflight.fields[.accessControlAllowMethods] == nil)
        let response = await cors.respond(to: .made(fields: [.origin: origin]))
        #expect(response.fields == [.vary: "Accept, Origin"])
    }

    @Test func `Marks answers as readable`() async throws {
        let response = try await Self.cors(["https://example.org"]).respond(
            to: .made(fields: [.origin: "https://example.org"]))
        #expect(response.fields[.accessControlAllowOrigin] == "https://example.org")
        #expect(response.fields[.accessControlExposeHeaders]?.contains("Location") == true)
        #expect(response.fields[.vary] == "Accept, Origin")
        #expect(try await Self.cors(["https://example.org"]).respond(to: .made()).fields == [.vary: "Accept, Origin"])
        let options = try await Self.cors(["*"]).respond(to: .made(.options, fields: [.origin: "null"]))
        #expect(options.status == .ok)
    }

    @Test func `All origins`() async throws {
        let cors = try Self.cors(["*"])
        let response = await cors.respond(to: .made(fields: [.origin: "https://example.org"]))
        #expect(response.fields[.accessControlAllowOrigin] == "*")
        #expect(response.fields[.vary] == "Accept")
        #expect(await cors.respond(to: Self.preflight("null")).fields[.accessControlAllowOrigin] == "*")
    }

    @Test(arguments: [
        "example.org", "https://example.org/", "https://", "ftp://example.org", "https://*.example.org", "",
        "https://a b",
    ])
    func `Refuses what is no origin`(origin: String) {
        #expect(throws: AllowedOrigins.OriginError.self) { try AllowedOrigins([origin]) }
    }

    // MARK: Codes

    @Test func `Base64 and HMAC are as specified`() {
        // RFC 4648, 10.
        for (text, encoded) in [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            #expect(Base64.encode(Array(text.utf8)) == encoded)
            #expect(Base64.decode(encoded) == Array(text.utf8))
        }
        for wrong in ["Zg", "Zg=", "Zh==", "Z===", "====", "Zm9v Zm9v", "Zm=v", "Zm9-", "Zg==Zg=="] {
            #expect(Base64.decode(wrong) == nil)
        }
        #expect(Base64.encodeForURL([0xFB, 0xFF]) == "-_8")
        // RFC 4231, 4.3.
        let code = MessageAuthentication.code(
            of: Array("what do ya want for nothing?".utf8), secret: Array("Jefe".utf8))
        #expect(Hexadecimal.encode(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            SecretComparison.areEqual([], []) && !SecretComparison.areEqual([1], [2])
                && !SecretComparison.areEqual([1], []))
    }
}
