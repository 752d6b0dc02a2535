import Glibc
import HTTPTypes
import Testing

@testable import HTTPServer

struct FileResponseTests {
    private static let content = Array("0123456789abcdefghij".utf8)

    /// An answer about a file with twenty bytes, changed in 1994.
    private static func answer(_ method: HTTPRequest.Method = .get, _ fields: HTTPFields = [:]) throws -> Response {
        let folder = try TestFolder()
        let path = try folder.write(content, to: "file")
        var times = [timespec(tv_sec: 784_111_777, tv_nsec: 0), timespec(tv_sec: 784_111_777, tv_nsec: 0)]
        utimensat(AT_FDCWD, path, &times, 0)
        let response = FileResponse(
            try FileHandle(path: path), contentType: "text/plain", etag: EntityTag("t"),
            fields: [.cacheControl: "private"])
        return response.response(to: .made(method, "/f", fields: fields))
    }

    @Test(arguments: [HTTPRequest.Method.get, .head])
    func `The whole`(method: HTTPRequest.Method) async throws {
        let response = try Self.answer(method)
        #expect(response.status == .ok)
        #expect(try await response.bytes() == Self.content)
        #expect(
            response.fields == [
                .cacheControl: "private", .eTag: "\"t\"", .lastModified: "Sun, 06 Nov 1994 08:49:37 GMT",
                .contentType: "text/plain", .acceptRanges: "bytes",
            ])
    }

    @Test func `A part`() async throws {
        let response = try Self.answer(.get, [.range: "bytes=10-12"])
        #expect(response.status == .partialContent)
        #expect(response.fields[.contentRange] == "bytes 10-12/20")
        #expect(response.fields[.contentType] == "text/plain")
        #expect(response.fields[.eTag] == "\"t\"")
        #expect(try await response.text() == "abc")
    }

    @Test func `Several parts, joined where the gap is small`() async throws {
        let folder = try TestFolder()
        let path = try folder.write([UInt8](repeating: UInt8(ascii: "x"), count: 5_000), to: "large")
        let file = FileResponse(try FileHandle(path: path), contentType: "text/plain")
        let response = file.response(to: .made(fields: [.range: "bytes=0-1, 3-4, 4998-, 1000-1001"]))
        #expect(response.status == .partialContent)
        #expect(response.fields[.contentRange] == nil)
        let type = try #require(MediaType(response.fields[.contentType] ?? ""))
        #expect(type.essence == "multipart/byteranges")
        let boundary = try #require(type[parameter: "boundary"])
        let parts = [("0-4", "xxxxx"), ("1000-1001", "xx"), ("4998-4999", "xx")].map { range, content in
            "\r\n--\(boundary)\r\nContent-Type: text/plain\r\nContent-Range: bytes \(range)/5000\r\n\r\n\(content)"
        }
        #expect(try await response.text() == parts.joined() + "\r\n--\(boundary)--\r\n")
    }

    @Test func `Not modified`() throws {
        let response = try Self.answer(.get, [.ifNoneMatch: "\"t\""])
        #expect(response.status == .notModified)
        #expect(response.fields[.eTag] == "\"t\"" && response.fields[.cacheControl] == "private")
        #expect(response.fields[.contentType] == nil)
    }

    @Test func `Failed conditions and unsatisfiable ranges are problems`() throws {
        let failed = try Self.answer(.get, [.ifMatch: "\"u\""])
        #expect(failed.status == .preconditionFailed)
        #expect(failed.fields[.contentType] == "application/problem+json")
        let outside = try Self.answer(.get, [.range: "bytes=20-"])
        #expect(outside.status == .rangeNotSatisfiable)
        #expect(outside.fields[.contentRange] == "bytes */20")
        #expect(outside.fields[.contentType] == "application/problem+json")
    }

    @Test func `A file's own tag is of its state`() throws {
        let folder = try TestFolder()
        let first = try FileHandle(path: folder.write([1], to: "a"))
        let same = try FileHandle(path: folder.path + "/a")
        let second = try FileHandle(path: folder.write([1, 2], to: "b"))
        #expect(first.etag == same.etag)
        #expect(first.etag != second.etag)
    }

    @Test func `Content made on the fly`() {
        let tag = EntityTag("7")
        let answer = {
            Response.answering(conditionsOf: .made($0, "/", fields: $1), etag: tag, fields: [.vary: "Accept"])
        }
        #expect(answer(.get, [:]) == nil)
        #expect(answer(.get, [.range: "bytes=900-"]) == nil)
        #expect(answer(.get, [.ifNoneMatch: "\"7\""])?.status == .notModified)
        #expect(answer(.get, [.ifNoneMatch: "\"7\""])?.fields == [.eTag: "\"7\"", .vary: "Accept"])
        #expect(answer(.delete, [.ifMatch: "\"8\""])?.status == .preconditionFailed)
    }
}
