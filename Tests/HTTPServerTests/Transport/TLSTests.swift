import Foundation
import HTTPTypes
import Logging
import Testing

@testable import HTTPServer

/// TLS as the openssl command sees it from outside.
@Suite(.serialized, .enabled(if: TestCertificate.isOpenSSLInstalled)) struct TLSTests {
    private static func context(_ certificate: TestCertificate) throws -> TLSContext {
        try TLSContext(certificatePath: certificate.certificate, keyPath: certificate.key, logger: quiet)
    }

    /// One request, sent by `openssl s_client`.
    private static func request(
        _ target: String, port: Int, _ options: [String] = ["-alpn", "http/1.1"]
    ) async throws -> (status: Int32, output: String) {
        try await blocking {
            let arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-quiet", "-ign_eof"] + options
            return try TestCertificate.run(
                "/usr/bin/openssl", arguments, input: "GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func requestsAreAnsweredEncrypted(version: String) async throws {
        let certificate = try TestCertificate()
        try await withServer(
            tls: Self.context(certificate), answer: { .text("\($0.head.scheme ?? "") \($0.isSecure)") }
        ) { server, port in
            let (_, output) = try await Self.request("/", port: port, ["-alpn", "h2,http/1.1", version])
            #expect(output.contains("HTTP/1.1 200 OK") && output.hasSuffix("https true"))
            #expect(server.counters.handshakesFailed == 0)
        }
    }

    @Test func olderVersionsAndOtherProtocolsAreRefused() async throws {
        let certificate = try TestCertificate()
        try await withServer(tls: Self.context(certificate), answer: { _ in .text("") }) { server, port in
            let old = try await Self.request("/", port: port, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
            #expect(old.status != 0 && !old.output.contains("HTTP/1.1"))
            let http2 = try await Self.request("/", port: port, ["-alpn", "h2"])
            #expect(http2.output.contains("no application protocol"))
            #expect(!http2.output.contains("HTTP/1.1"))
            #expect(await eventually { server.counters.handshakesFailed == 2 })
            // A client that offers nothing speaks HTTP/1.1.
            #expect(try await Self.request("/", port: port, []).output.contains("HTTP/1.1 200 OK"))
        }
    }

    @Test func plainTextIsNoHandshake() async throws {
        let certificate = try TestCertificate()
        try await withServer(tls: Self.context(certificate), answer: { _ in .text("") }) { server, port in
            let client = try TestClient(port: port)
            _ = try? await blocking {
                try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                return try client.rest()
            }
            #expect(await eventually { server.counters.handshakesFailed == 1 && server.counters.connections == 0 })
        }
    }

    @Test func aHandshakeThatTakesTooLongIsGivenUp() async throws {
        let certificate = try TestCertificate()
        try await withServer(
            { $0.handshakeTimeout = .milliseconds(300) }, tls: Self.context(certificate), answer: { _ in .text("") }
        ) { server, port in
            let client = try TestClient(port: port)
            #expect(try await blocking { try client.rest() } == [])
            #expect(server.counters.handshakesFailed == 1)
        }
    }

    @Test(.enabled(if: isPythonInstalled)) func contentOfAllKindsPassesThrough() async throws {
        let certificate = try TestCertificate()
        let temporary = try TemporaryFile(count: 3_000_000)
        let file = try FileHandle(path: temporary.path)
        try await withServer(
            tls: Self.context(certificate),
            answer: { request in
                switch request.path {
                case "/file": return Response(.ok, body: .file(file, 5..<file.size))
                case "/echo":
                    return Response(
                        .ok,
                        body: .stream(length: request.body.length) { writer in
                            for try await piece in request.body { try await writer.write(piece) }
                        })
                default:
                    return Response(
                        .ok,
                        body: .stream(length: nil) { writer in
                            for number in 0..<500 { try await writer.write(Array("\(number) ".utf8)) }
                        })
                }
            }
        ) { server, port in
            // Python's own TLS reads and compares, several requests on one connection.
            let script = """
                import http.client, ssl, sys
                context = ssl.create_default_context(cafile=sys.argv[2])
                connection = http.client.HTTPSConnection("localhost", int(sys.argv[1]), context=context, timeout=20)
                def ask(method, path, body=None):
                    connection.request(method, path, body)
                    response = connection.getresponse()
                    assert response.status == 200, response.status
                    return response.read()
                content = open(sys.argv[3], "rb").read()
                assert ask("GET", "/file") == content[5:], "file"
                assert ask("GET", "/small") == b"".join(b"%d " % n for n in range(500)), "small pieces"
                # While it sends, it does not read: no more than both sides' buffers hold.
                assert ask("POST", "/echo", content[:200000]) == content[:200000], "echo"
                assert ask("GET", "/file") == content[5:], "file again"
                print("all right", end="")
                """
            let (status, output) = try await blocking {
                try TestCertificate.run(
                    "/usr/bin/python3", ["-c", script, "\(port)", certificate.certificate, temporary.path], input: "")
            }
            #expect(status == 0 && output == "all right", "\(output)")
            #expect(server.counters.connectionsTotal == 1)
        }
    }

    private static let isPythonInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    @Test func aNewCertificateIsTakenUpAndABrokenOneIsNot() async throws {
        let certificate = try TestCertificate(name: "first")
        let context = try Self.context(certificate)
        try await withServer(tls: context, answer: { _ in .text("served") }) { _, port in
            func subject() async throws -> String {
                let output = try await blocking {
                    try TestCertificate.run(
                        "/usr/bin/openssl", ["s_client", "-connect", "127.0.0.1:\(port)", "-alpn", "http/1.1"],
                        input: "Q\n")
                }.output
                return output.split(separator: "\n").first { $0.hasPrefix("subject=") }.map(String.init) ?? output
            }
            #expect(try await subject().contains("first"))
            try certificate.make(name: "second")
            #expect(try await subject().contains("first"))
            try context.reload()
            #expect(try await subject().contains("second"))
            try "nonsense".write(toFile: certificate.certificate, atomically: true, encoding: .utf8)
            #expect(throws: TLSError.self) { try context.reload() }
            #expect(try await subject().contains("second"))
        }
    }

    // MARK: What is wrong with the files

    @Test func missingFilesAreNamed() throws {
        let certificate = try TestCertificate()
        for (first, second) in [("/no/such.pem", certificate.key), (certificate.certificate, "/no/such.pem")] {
            let error = #expect(throws: TLSError.self) {
                try TLSContext(certificatePath: first, keyPath: second, logger: quiet)
            }
            #expect(error?.description.contains("/no/such.pem: No such file") == true)
        }
    }

    @Test func filesOfTheWrongKindAreNamed() throws {
        let certificate = try TestCertificate()
        let swapped = #expect(throws: TLSError.self) {
            try TLSContext(certificatePath: certificate.key, keyPath: certificate.certificate, logger: quiet)
        }
        #expect(swapped?.description.contains("no PEM file with the server's certificate") == true)
        let noKey = #expect(throws: TLSError.self) {
            try TLSContext(certificatePath: certificate.certificate, keyPath: certificate.certificate, logger: quiet)
        }
        #expect(noKey?.description.contains("no PEM private key") == true)
    }

    @Test func anotherCertificatesKeyIsRefused() throws {
        let (one, other) = (try TestCertificate(), try TestCertificate())
        let error = #expect(throws: TLSError.self) {
            try TLSContext(certificatePath: one.certificate, keyPath: other.key, logger: quiet)
        }
        #expect(error?.description.contains("does not belong to") == true)
    }

    @Test func aCertificateThatEndsSoonIsWarnedOf() throws {
        let certificate = try TestCertificate(days: 3)
        let warnings = Shared<[String]>([])
        let logger = Logger(label: "test") { _ in Recorder(lines: warnings) }
        _ = try TLSContext(certificatePath: certificate.certificate, keyPath: certificate.key, logger: logger)
        #expect(warnings.value.count == 1)
        #expect(warnings.value.first?.contains("expires in") == true)
    }
}

/// Keeps what is logged.
struct Recorder: LogHandler {
    let lines: Shared<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    init(lines: Shared<[String]>) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.change { $0.append("\(event.message)") } }
}
