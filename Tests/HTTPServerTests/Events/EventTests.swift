import HTTPTypes
import Testing

@testable import HTTPServer

struct EventTests {
    @Test(arguments: [
        (ServerSentEvent("a"), "data: a\n\n"), (ServerSentEvent(""), "data: \n\n"),
        (ServerSentEvent("a\nb\r\nc\rd\n"), "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"),
        (
            ServerSentEvent("{}", event: "progress", id: "7", retry: 2_000),
            "event: progress\nid: 7\nretry: 2000\ndata: {}\n\n"
        ),
        (ServerSentEvent("x", event: "a\nb: c", id: "1\r\n\0data: y"), "event: ab: c\nid: 1data: y\ndata: x\n\n"),
    ])
    func `Writes events`(event: ServerSentEvent, text: String) {
        #expect(String(decoding: event.encoded, as: UTF8.self) == text)
    }

    @Test func `A stream of events`() async throws {
        let response = Response.events { stream in
            try await stream.send(ServerSentEvent("1", id: "1"))
            try await stream.comment()
            try await stream.comment("still\nhere")
        }
        #expect(response.fields[.contentType] == "text/event-stream")
        #expect(response.fields[.cacheControl] == "no-cache, no-transform")
        #expect(try await response.text() == "id: 1\ndata: 1\n\n:\n\n: still\n: here\n\n")
    }

    @Test func `A stream of pictures`() async throws {
        let folder = try TestFolder()
        let file = try FileHandle(path: folder.write(Array("two".utf8), to: "2"))
        let response = Response.pictures { stream in
            try await stream.send(Array("one".utf8), contentType: "image/jpeg")
            try await stream.send(file, contentType: "image/png")
        }
        let boundary = try #require(MediaType(response.fields[.contentType]!)?[parameter: "boundary"])
        let text =
            "--\(boundary)\r\nContent-Type: image/jpeg\r\nContent-Length: 3\r\n\r\none\r\n"
            + "--\(boundary)\r\nContent-Type: image/png\r\nContent-Length: 3\r\n\r\ntwo\r\n--\(boundary)--\r\n"
        #expect(try await response.text() == text)
    }
}
