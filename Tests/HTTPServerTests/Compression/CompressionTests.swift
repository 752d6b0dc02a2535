import Foundation
import HTTPTypes
import Testing

@testable import HTTPServer

struct CompressionTests {
    private static let long = Array(String(repeating: "talking head ", count: 200).utf8)

    private static func compression(
        _ fields: HTTPFields = [.contentType: "application/json"], _ body: [UInt8] = long,
        status: HTTPResponse.Status = .ok
    ) -> Compression {
        Compression(next: Fixed { _ in Response(status, fields: fields, body: .bytes(body)) })
    }

    private static let asking = Request.made(fields: [.acceptEncoding: "gzip, br"])

    /// What gunzip makes of some bytes.
    private static func expanded(_ bytes: [UInt8]) throws -> [UInt8] {
        let folder = try TestFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", try folder.write(bytes, to: "x.gz")]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return [UInt8](output)
    }

    @Test func `Compresses long texts`() async throws {
        let response = await Self.compression([.contentType: "text/html; charset=utf-8", .eTag: "\"a\""])
            .respond(to: Self.asking)
        #expect(
            response.fields == [
                .contentType: "text/html; charset=utf-8", .eTag: "\"a-gzip\"", .contentEncoding: "gzip",
                .vary: "Accept-Encoding",
            ])
        let bytes = try await response.bytes()
        #expect(bytes.count < Self.long.count / 4)
        #expect(try Self.expanded(bytes) == Self.long)
    }

    @Test func `Leaves it plain for those who do not ask, but says so`() async throws {
        let response = await Self.compression().respond(to: .made())
        #expect(response.fields == [.contentType: "application/json", .vary: "Accept-Encoding"])
        #expect(try await response.bytes() == Self.long)
    }

    @Test(
        arguments: [
            ([.contentType: "image/jpeg"], long, .ok), ([.contentType: "text/event-stream"], long, .ok),
            ([:], long, .ok),
            ([.contentType: "text/plain"], [UInt8](repeating: 1, count: 1_023), .ok),
            ([.contentType: "text/plain", .contentRange: "bytes 0-1/2"], long, .partialContent),
            ([.contentType: "text/plain", .contentEncoding: "br"], long, .ok),
            ([.contentType: "text/plain", .cacheControl: "private, no-transform"], long, .ok),
            ([.contentType: "application/octet-stream"], long, .ok), ([.contentType: "video/mp4"], long, .ok),
        ] as [(HTTPFields, [UInt8], HTTPResponse.Status)])
    func `Leaves alone what does not pay`(fields: HTTPFields, body: [UInt8], status: HTTPResponse.Status) async throws {
        let response = await Self.compression(fields, body, status: status).respond(to: Self.asking)
        #expect(response.fields == fields)
        #expect(try await response.bytes() == body)
    }

    @Test func `Streams and files go as they are`() async throws {
        let stream = Compression(next: Fixed { _ in .events { try await $0.comment() } })
        #expect(await stream.respond(to: Self.asking).fields[.contentEncoding] == nil)
    }

    @Test func `What would grow stays plain`() async throws {
        var random = SeededGenerator(seed: 1)
        let noise = (0..<2_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let response = await Self.compression([.contentType: "text/plain"], noise).respond(to: Self.asking)
        #expect(response.fields[.contentEncoding] == nil)
        #expect(try await response.bytes() == noise)
    }

    /// Handlers know the plain tag only.
    private static let tagged = Compression(
        next: Fixed { request in
            Response.answering(conditionsOf: request, etag: EntityTag("a"))
                ?? Response(.ok, fields: [.contentType: "text/plain", .eTag: "\"a\""], body: .bytes(long))
        })

    @Test(arguments: [
        ("\"a-gzip\"", "\"a-gzip\""), ("W/\"a-gzip\"", "\"a-gzip\""), ("\"a\"", "\"a\""),
        ("\"b\", \"a-gzip\"", "\"a-gzip\""),
        ("\"a-gzip\", \"a\"", "\"a\""), ("*", "\"a\""),
    ])
    func `Conditions find compressed states`(known: String, tag: String) async {
        let request = Request.made(fields: [.acceptEncoding: "gzip", .ifNoneMatch: known])
        let response = await Self.tagged.respond(to: request)
        #expect(response.status == .notModified)
        #expect(response.fields[.eTag] == tag)
    }

    @Test func `A compressed state is not the plain one`() async {
        let plain = await Self.tagged.respond(to: .made(fields: [.ifNoneMatch: "\"a-gzip\""]))
        #expect(plain.status == .ok)
        let other = await Self.tagged.respond(to: .made(fields: [.acceptEncoding: "gzip", .ifNoneMatch: "\"b-gzip\""]))
        #expect(other.status == .ok && other.fields[.eTag] == "\"a-gzip\"")
    }

    @Test func `Vary keeps what it says`() {
        var fields: HTTPFields = [.vary: "Origin"]
        fields.vary(by: .acceptEncoding)
        fields.vary(by: .origin)
        #expect(fields[.vary] == "Origin, Accept-Encoding")
        fields = [.vary: "*"]
        fields.vary(by: .origin)
        #expect(fields[.vary] == "*")
    }

    @Test func `An asset is tagged and compressed once`() async throws {
        let asset = StaticAsset(Self.long, contentType: "text/html")
        let plain = asset.response(to: .made())
        let coded = asset.response(to: Self.asking)
        let tag = try #require(plain.fields[.eTag])
        #expect(coded.fields[.eTag] == "\(tag.dropLast())-gzip\"")
        #expect(coded.fields[.contentEncoding] == "gzip" && plain.fields[.contentEncoding] == nil)
        #expect(plain.fields[.vary] == "Accept-Encoding" && coded.fields[.vary] == "Accept-Encoding")
        #expect(plain.fields[.cacheControl] == "no-cache")
        #expect(try Self.expanded(try await coded.bytes()) == Self.long)
        #expect(asset.response(to: .made(fields: [.ifNoneMatch: tag])).status == .notModified)
        let cached = asset.response(to: .made(fields: [.acceptEncoding: "gzip", .ifNoneMatch: coded.fields[.eTag]!]))
        #expect(cached.status == .notModified && cached.fields[.contentEncoding] == nil)
        let part = asset.response(to: .made(fields: [.acceptEncoding: "gzip", .range: "bytes=0-6"]))
        #expect(part.status == .partialContent && part.fields[.contentEncoding] == nil)
        #expect(try await part.text() == "talking")
        let wrapped = await Compression(next: Fixed { asset.response(to: $0) }).respond(to: Self.asking)
        #expect(wrapped.fields == coded.fields)
        #expect(StaticAsset([1], contentType: "image/png").response(to: Self.asking).fields[.vary] == nil)
    }
}
