import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import HTTPServer

struct FormReaderTests {
    /// Pieces one by one, and then perhaps a failure.
    private final class Pieces: RequestBody.Source {
        private let rest: Mutex<[[UInt8]]>
        private let failure: (any Error)?

        init(_ pieces: [[UInt8]], then failure: (any Error)? = nil) {
            rest = Mutex(pieces)
            self.failure = failure
        }

        func next() async throws -> [UInt8]? {
            if let piece = rest.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return piece }
            if let failure { throw failure }
            return nil
        }
    }

    private static func text(_ parts: [(disposition: String, content: String)], boundary: String = "XX") -> [UInt8] {
        let texts = parts.map { disposition, content in
            "--\(boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n\(content)\r\n"
        }
        return Array((texts.joined() + "--\(boundary)--\r\n").utf8)
    }

    private static func request(_ body: RequestBody, type: String? = "multipart/form-data; boundary=XX") -> Request {
        var fields = HTTPFields()
        fields[.contentType] = type
        return .made(.post, "/v1/videos", fields: fields, body: body)
    }

    private static let parts = [
        ("name=avatar", "anna"), ("name=audio; filename=\"a.wav\"", "RIFF" + String(repeating: "\r\n-", count: 50_000)),
        ("name=background; filename=\"\"", ""), ("name=empty; filename=e", ""), ("name=size", "450"),
        ("name=size", "900"),
    ]

    @Test(arguments: [1, 7, 1_000, 1_000_000])
    func `Texts in memory, files on disk`(pieceLength: Int) async throws {
        let folder = try TestFolder()
        let body = Self.text(Self.parts)
        let pieces = stride(from: 0, to: body.count, by: pieceLength).map {
            Array(body[$0..<min($0 + pieceLength, body.count)])
        }
        var form: Form? = try await FormReader(folder: folder.path)
            .read(Self.request(RequestBody(length: nil, source: Pieces(pieces))))
        #expect(form?[field: "avatar"] == "anna")
        #expect(form?[field: "size"] == "450")
        #expect(form?.fields.count == 3)
        #expect(form?.files.map(\.name) == ["audio", "empty"])
        let audio = try #require(form?[file: "audio"])
        #expect(audio.filename == "a.wav")
        #expect(audio.content.size == 150_004)
        #expect(try Data(contentsOf: URL(fileURLWithPath: audio.content.path)) == Data(Self.parts[1].1.utf8))
        #expect(folder.contents.count == 2)
        try audio.content.keep(as: folder.path + "/kept")
        form = nil
        #expect(folder.contents.contains("kept"))
        #expect(folder.contents.count == 1)
    }

    @Test func `The same form has the same digest whatever its boundary`() async throws {
        let folder = try TestFolder()
        func digest(_ parts: [(String, String)], boundary: String, _ digest: FormReader.Digest) async throws -> [UInt8]
        {
            let body = RequestBody(Self.text(parts, boundary: boundary))
            let request = Self.request(body, type: "multipart/form-data; boundary=\(boundary)")
            return try await FormReader(folder: folder.path, digest: digest).read(request).digest
        }
        let one = try await digest(Self.parts, boundary: "A", .contents)
        #expect(try await digest(Self.parts, boundary: "B", .contents) == one)
        for index in Self.parts.indices where Self.parts[index].1 != "" {
            var other = Self.parts
            other[index].1 += "x"
            #expect(try await digest(other, boundary: "A", .contents) != one)
        }
        #expect(
            try await digest([("name=a", "b")], boundary: "A", .contents)
                != digest([("name=a; filename=b", "")], boundary: "A", .contents))
        #expect(try await digest(Self.parts, boundary: "A", .none) == [])
        #expect(
            try await digest(Self.parts, boundary: "A", .body)
                == SHA256Hasher.digest(Self.text(Self.parts, boundary: "A")))
    }

    private static func failure(
        _ body: RequestBody, type: String? = "multipart/form-data; boundary=XX",
        limits: FormReader.Limits = FormReader.Limits()
    ) async throws -> HTTPError {
        let folder = try TestFolder()
        let error = await #expect(throws: HTTPError.self) {
            try await FormReader(folder: folder.path, limits: limits).read(request(body, type: type))
        }
        #expect(folder.contents.isEmpty)
        return try #require(error)
    }

    @Test func `Refuses other types and no boundary`() async throws {
        #expect(try await Self.failure(RequestBody(), type: nil).status == .unsupportedMediaType)
        #expect(try await Self.failure(RequestBody(), type: "application/json").status == .unsupportedMediaType)
        #expect(try await Self.failure(RequestBody(), type: "multipart/form-data").status == .badRequest)
        #expect(try await Self.failure(RequestBody(), type: "multipart/form-data; boundary=").status == .badRequest)
        #expect(
            try await Self.failure(RequestBody(Self.text([("name=a", "b")])), type: "multipart/form-data; boundary=Y")
                .status == .badRequest)
    }

    @Test func `Refuses parts that are too long, and names them`() async throws {
        var limits = FormReader.Limits()
        limits.fieldBytes = 10
        limits.fileBytes = 20
        limits.partBytes = ["poses": 5]
        limits.allFieldBytes = 25
        let long = String(repeating: "x", count: 21)
        for (parts, culprit) in [
            ([("name=a", long)], "\"a\""), ([("name=f; filename=f", long)], "\"f\""),
            ([("name=ok", "1"), ("name=poses; filename=f", "123456")], "\"poses\""),
            ([("name=poses", "123456")], "\"poses\""),
            ([("name=a", "1234567890"), ("name=b", "1234567890"), ("name=c", "1234567890")], "together"),
        ] {
            let error = try await Self.failure(RequestBody(Self.text(parts)), limits: limits)
            #expect(error.status == .contentTooLarge)
            #expect(error.detail.contains(culprit))
        }
    }

    @Test func `Refuses texts that are not UTF-8`() async throws {
        let bytes = Self.text([("name=avatar", "\u{1}\u{1}")]).map { $0 == 1 ? UInt8(0xC0) : $0 }
        let error = try await Self.failure(RequestBody(bytes))
        #expect(error.status == .badRequest && error.detail.contains("avatar"))
    }

    @Test func `Leaves nothing behind when the body breaks off`() async throws {
        let body = Self.text(Self.parts)
        let half = Array(body[..<100_000])
        let short = try await Self.failure(RequestBody(half))
        #expect(short.status == .badRequest && short.detail.contains("\"audio\""))
        let slow = HTTPError(.requestTimeout, detail: "slow")
        let source = Pieces([half], then: slow)
        #expect(try await Self.failure(RequestBody(length: nil, source: source)).status == .requestTimeout)
        let large = RequestBody(body, limit: 1_000)
        #expect(try await Self.failure(large).status == .contentTooLarge)
    }

    @Test func `Leaves nothing behind when it is cancelled`() async throws {
        let folder = try TestFolder()
        let half = Array(Self.text(Self.parts)[..<100_000])
        let source = Pieces([half], then: CancellationError())
        await #expect(throws: CancellationError.self) {
            try await FormReader(folder: folder.path).read(Self.request(RequestBody(length: nil, source: source)))
        }
        #expect(folder.contents.isEmpty)
    }

    @Test func `A full disk is 507, another trouble is none of the client's business`() async throws {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        let error = #expect(throws: HTTPError.self) { try DiskWrite.all([1], to: full) }
        #expect(error?.status == .insufficientStorage)
        await #expect(throws: StorageError.self) { try await RequestBody([1]).spooled(in: "/nowhere/at/all") }
        #expect((DiskWrite.error(EDQUOT, "x") as? HTTPError)?.status.code == 507)
    }

    @Test func `A body that is a file`() async throws {
        let folder = try TestFolder()
        let source = Pieces([[1, 2], [3]])
        var file = Optional(try await RequestBody(length: nil, source: source).spooled(in: folder.path))
        #expect(file?.size == 3)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file!.path)) == Data([1, 2, 3]))
        file = nil
        #expect(folder.contents.isEmpty)
    }
}
