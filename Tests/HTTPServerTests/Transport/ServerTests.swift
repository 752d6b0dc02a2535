import HTTPTypes
import Testing

@testable import HTTPServer

/// The server as its clients see it, over loopback.
@Suite struct ServerTests {
    /// Answers with what was asked.
    private static func echo(_ request: Request) async -> Response {
        do {
            let body = try await request.body.collect(upTo: 1 << 20)
            return .text("\(request.head.method) \(request.path) \(request.query ?? "-") \(body.count)")
        } catch let error as HTTPError {
            return .text(error.detail, status: error.status)
        } catch {
            return .text("\(error)", status: .internalServerError)
        }
    }

    @Test func aConnectionIsUsedAgain() async throws {
        try await withServer(answer: Self.echo) { server, port in
            let client = try TestClient(port: port)
            let first = try await blocking { try client.get("/a%20b?x=1") }
            #expect(first.status == 200 && first.text == "GET /a b x=1 0")
            #expect(first.fields["content-length"] == "14")
            #expect(first.fields["date"]?.hasSuffix("GMT") == true)
            let second = try await blocking { try client.get("/c") }
            #expect(second.text == "GET /c - 0")
            #expect(first.fields["x-request-id"] != second.fields["x-request-id"])
            #expect(server.counters.connectionsTotal == 1 && server.counters.requests == 2)
            let last = try await blocking { try client.get("/d", "Connection: close\r\n") }
            #expect(last.fields["connection"] == "close")
            #expect(try await blocking { try client.rest() } == [])
            client.leave()
            #expect(await eventually { server.counters.connections == 0 })
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await withServer(answer: Self.echo) { _, port in
            let client = try TestClient(port: port)
            let texts = try await blocking {
                var requests = ""
                for number in 0..<100 {
                    requests += "POST /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: \(number)\r\n\r\n"
                    requests += String(repeating: "x", count: number)
                }
                try client.send(requests)
                return try (0..<100).map { _ in try client.reply().text }
            }
            #expect(texts == (0..<100).map { "POST /\($0) - \($0)" })
        }
    }

    @Test func whatTheApplicationSees() async throws {
        let seen = Shared<Request?>(nil)
        try await withServer(answer: { request in
            seen.change { $0 = request }
            return .text("")
        }) { _, port in
            let client = try TestClient(port: port)
            let reply = try await blocking { try client.get("/x?y", "X-Own: 1\r\nx-own: 2\r\nAccept: */*\r\n") }
            let request = try #require(seen.value)
            #expect(request.head.method == .get && request.head.path == "/x?y" && request.head.authority == "a")
            #expect(request.head.scheme == "http" && !request.isSecure && request.remoteAddress == "127.0.0.1")
            #expect(request.head.headerFields[values: HTTPField.Name("X-Own")!] == ["1", "2"])
            #expect(request.head.headerFields[.accept] == "*/*")
            #expect(request.body.length == 0)
            #expect(reply.fields["x-request-id"] == request.id)
        }
    }

    @Test func chunksComeAndGo() async throws {
        try await withServer(answer: { request in
            Response(
                .ok,
                body: .stream(length: nil) { writer in
                    for try await piece in request.body { try await writer.write(piece) }
                })
        }) { _, port in
            let client = try TestClient(port: port)
            let reply = try await blocking {
                try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                for piece in ["hello ", "chunked ", "world"] {
                    try client.send("\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n")
                }
                try client.send("0\r\n\r\n")
                return try client.reply()
            }
            #expect(reply.fields["transfer-encoding"] == "chunked")
            #expect(reply.text == "hello chunked world")
        }
    }

    @Test func continueIsSaidWhenTheBodyIsWanted() async throws {
        try await withServer(answer: { request in
            if request.path == "/no" { return .text("no", status: .forbidden) }
            return await Self.echo(request)
        }) { _, port in
            let client = try TestClient(port: port)
            let wanted = "Host: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            let (interim, reply) = try await blocking {
                try client.send("POST /yes HTTP/1.1\r\n\(wanted)")
                let interim = try client.head()
                try client.send("abc")
                return (interim, try client.reply())
            }
            #expect(interim.status == 100 && reply.text == "POST /yes - 3")
            let refused = try await blocking {
                try client.send("POST /no HTTP/1.1\r\n\(wanted)")
                return try client.reply()
            }
            #expect(refused.status == 403)
        }
    }

    @Test(arguments: [HTTPResponse.Status.noContent, .notModified])
    func whereHTTPHasNoContentNoneIsSent(status: HTTPResponse.Status) async throws {
        try await withServer(answer: { _ in Response(status, fields: [.eTag: "\"1\""], body: .bytes([1, 2, 3])) }) {
            _, port in
            let client = try TestClient(port: port)
            for _ in 0..<2 {
                let reply = try await blocking { try client.get("/") }
                #expect(reply.status == status.code && reply.fields["etag"] == "\"1\"")
            }
        }
    }

    @Test func headGetsWhatGetWouldWithoutContent() async throws {
        let isStreamed = Shared(false)
        try await withServer(answer: { request in
            if request.path == "/bytes" { return .text("12345") }
            return Response(
                .ok,
                body: .stream(length: 7) { writer in
                    isStreamed.change { $0 = true }
                    try await writer.write(Array("1234567".utf8))
                })
        }) { _, port in
            let client = try TestClient(port: port)
            for (path, length) in [("/bytes", "5"), ("/stream", "7")] {
                let reply = try await blocking {
                    try client.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                    return try client.reply(to: "HEAD")
                }
                #expect(reply.status == 200 && reply.fields["content-length"] == length)
            }
            #expect(!isStreamed.value)
            #expect(try await blocking { try client.get("/stream") }.text == "1234567")
        }
    }

    @Test func partsOfFilesAreSent() async throws {
        let temporary = try TemporaryFile(count: 300_000)
        let file = try FileHandle(path: temporary.path)
        let ranges = [0..<300_000, 0..<1, 299_999..<300_000, 1_000..<250_000, 4..<4]
        try await withServer(answer: { request in
            let range = ranges[Int(request.path.dropFirst())!]
            if request.query == nil { return Response(.ok, body: .file(file, range)) }
            return Response(
                .ok,
                body: .stream(length: nil) { writer in
                    try await writer.write(Array("before".utf8))
                    try await writer.write(file, range)
                    try await writer.write(Array("after".utf8))
                })
        }) { _, port in
            let client = try TestClient(port: port)
            for (index, range) in ranges.enumerated() {
                let whole = try await blocking { try client.get("/\(index)") }
                #expect(whole.body == Array(temporary.bytes[range]))
                let streamed = try await blocking { try client.get("/\(index)?stream") }
                #expect(streamed.body == Array("before".utf8) + temporary.bytes[range] + Array("after".utf8))
            }
        }
    }

    @Test func aFileThatShrinksCutsTheConnection() async throws {
        let temporary = try TemporaryFile(count: 1_000)
        let file = try FileHandle(path: temporary.path)
        try await withServer(answer: { _ in Response(.ok, body: .file(file, 0..<2_000)) }) { _, port in
            let client = try TestClient(port: port)
            await #expect(throws: TestClient.Failure.self) { try await blocking { _ = try client.get("/") } }
        }
    }

    @Test(arguments: [nil, 100])
    func aStreamThatFailsCutsTheConnection(length: Int?) async throws {
        struct Failure: Error {}
        try await withServer(answer: { _ in
            Response(
                .ok,
                body: .stream(length: length) { writer in
                    try await writer.write(Array("part".utf8))
                    throw Failure()
                })
        }) { server, port in
            let client = try TestClient(port: port)
            await #expect(throws: TestClient.Failure.self) { try await blocking { _ = try client.get("/") } }
            client.leave()
            #expect(await eventually { server.counters.connections == 0 })
        }
    }

    @Test func manyClientsAtOnce() async throws {
        try await withServer(answer: Self.echo) { server, port in
            try await withThrowingTaskGroup { group in
                for number in 0..<50 {
                    group.addTask {
                        try await blocking {
                            let client = try TestClient(port: port)
                            for turn in 0..<20 {
                                let reply = try client.get("/\(number)/\(turn)")
                                #expect(reply.text == "GET /\(number)/\(turn) - 0")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.counters.requests == 1_000 && server.counters.connectionsTotal == 50)
        }
    }

    @Test func nonsenseIsRefusedWithAProblemDocument() async throws {
        let reports = Shared<[FinishedRequest]>([])
        try await withServer(onFinish: { report in reports.change { $0.append(report) } }, answer: Self.echo) {
            server, port in
            let client = try TestClient(port: port)
            let reply = try await blocking {
                try client.send("nonsense\r\n\r\n")
                defer { client.finishSending() }
                return try client.reply()
            }
            #expect(reply.status == 400 && reply.fields["content-type"] == "application/problem+json")
            #expect(reply.fields["x-request-id"] != nil)
            #expect(try await blocking { try client.rest() } == [])
            #expect(server.counters.requestsRefused == 1 && server.counters.requests == 0)
            #expect(await eventually { reports.value.count == 1 })
            #expect(reports.value[0].status == 400 && reports.value[0].isComplete && reports.value[0].method == "")
        }
    }

    @Test func finishedRequestsAreReported() async throws {
        let reports = Shared<[FinishedRequest]>([])
        try await withServer(onFinish: { report in reports.change { $0.append(report) } }, answer: Self.echo) {
            _, port in
            let client = try TestClient(port: port)
            let ids = try await blocking {
                try (0..<3).map { try client.get("/\($0)?q").fields["x-request-id"] ?? "" }
            }
            #expect(await eventually { reports.value.count == 3 })
            #expect(reports.value.map(\.id) == ids)
            #expect(reports.value.map(\.target) == ["/0?q", "/1?q", "/2?q"])
            let first = reports.value[0]
            #expect(first.method == "GET" && first.status == 200 && first.isComplete)
            #expect(first.bytesSent > 60 && first.duration > .zero && first.remoteAddress == "127.0.0.1")
        }
    }
}
