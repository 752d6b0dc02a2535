import HTTPTypes
import Logging

@testable import HTTPServer

extension Request {
    /// A request as the server would hand it on.
    static func made(
        _ method: HTTPRequest.Method = .get, _ target: String = "/", fields: HTTPFields = [:],
        body: RequestBody = RequestBody(), from address: String = "192.0.2.1"
    ) -> Request {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return Request(
            head: HTTPRequest(
                method: method, scheme: "http", authority: "example.org", path: target, headerFields: fields),
            path: PercentCoding.decode(halves[0].utf8) ?? String(halves[0]),
            query: halves.count > 1 ? String(halves[1]) : nil, body: body, remoteAddress: address, id: "r1")
    }
}

extension Response {
    /// The content as text, streamed or not; files are read.
    func text() async throws -> String {
        String(decoding: try await bytes(), as: UTF8.self)
    }

    func bytes() async throws -> [UInt8] {
        let writer = CollectingWriter()
        switch body {
        case .empty: return []
        case .bytes(let bytes): return bytes
        case .file(let file, let range): try await writer.write(file, range)
        case .stream(let length, let produce):
            try await produce(writer)
            if let length { precondition(length == writer.bytes.count, "a stream keeps the length it announced") }
        }
        return writer.bytes
    }
}

/// Answers all requests alike, or by what they are.
struct Fixed: Responder {
    let answer: @Sendable (Request) -> Response

    init(_ answer: @escaping @Sendable (Request) -> Response) {
        self.answer = answer
    }

    func respond(to request: Request) async -> Response {
        answer(request)
    }
}
