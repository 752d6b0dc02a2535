import Foundation
import HTTPServer
import HTTPTypes
import Testing

@testable import Service

/// What `POST /v1/videos` refuses, and how it says so.
@Suite struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var field: String
        var part: FormBody.Part
        /// Words that the detail holds beside the field.
        var words: String
        var testDescription: String { "\(field): \(words)" }

        init(_ field: String, _ text: String, _ words: String) {
            (self.field, part, self.words) = (field, .text(text), words)
        }

        init(_ field: String, file: String, _ words: String) {
            (self.field, part, self.words) = (field, .file(Array(file.utf8)), words)
        }
    }

    private static let cases = [
        Case("avatar", "", "an avatar's name"),
        Case("avatar", "nobody", "'nobody', expected one of: tiny"),
        Case("avatar", "../tiny", "expected one of: tiny"),
        Case("poses", "nothing", "'nothing', expected one of the avatar's tracks (transforms_train, transforms_val)"),
        Case("poses", "{", "poses"),
        Case("poses", file: "{}", "poses"),
        Case("pose_loop", "twice", "'twice', expected ping-pong, loop, hold, stop"),
        Case("background", "blue", "'blue', expected a picture file, '#rrggbb' or 'transparent'"),
        Case("background", "#12345", "'#12345'"),
        Case("background", "#12345g", "'#12345g'"),
        Case("background", file: "no picture", "background"),
        Case("size", "15", "'15', expected a width from 16 to 1024 pixels"),
        Case("size", "1025", "'1025'"),
        Case("size", "wide", "'wide'"),
        Case("size", "", "''"),
        Case("size", "99999999999999999999", "expected a width"),
        Case("quality", "best", "'best', expected exact, realtime"),
        Case("format", "avi", "'avi', expected mp4, webm"),
        Case("head_only", "perhaps", "expected true or false"),
        Case("metadata", "{", "at most 16 strings"),
        Case("metadata", "[]", "at most 16 strings"),
        Case("metadata", #"{"a":1}"#, "at most 16 strings"),
        Case("metadata", #"{"":"a"}"#, "at most 16 strings"),
        Case("metadata", #"{"a":"\#(String(repeating: "b", count: 513))"}"#, "up to 512"),
        Case("colour", "red", "an unknown field, expected one of avatar, audio"),
        Case("colour", file: "red", "an unknown field"),
        Case("features", file: "no numbers", "features"),
        Case("audio", "text", "write -F audio=@FILE"),
        Case("audio", file: "", "an empty file"),
    ]

    @Test func fieldsAreChecked() async throws {
        try await TestService.runIdle { service in
            for refused in Self.cases {
                var form: FormBody = [refused.field: refused.part]
                if refused.field != "features" { form = form.adding("features", .file(try Fixture.features(2))) }
                let answer = try await service.create(form)
                answer.expectProblem(422, "invalid-field", "\(refused.field): ", refused.words)
                let detail = answer.json["detail"].string ?? ""
                #expect(
                    detail.hasPrefix("\(refused.field): ") && !detail.hasPrefix("\(refused.field): \(refused.field)"))
            }
            #expect(try await service.get("/v1/videos").json["data"].count == 0)
        }
    }

    @Test func fieldsAreCheckedAgainstEachOther() async throws {
        var options = TestService.Options()
        options.avatars = ["one", "two"]
        options.hasSpeechModel = false
        try await TestService.runIdle(options) { service in
            let features = FormBody.Part.file(try Fixture.features(2))
            try await service.create(["features": features])
                .expectProblem(422, "invalid-field", "avatar: nothing, expected one of: one, two")
            let form: FormBody = ["avatar": .text("two")]
            try await service.create(form).expectProblem(422, "invalid-field", "audio: nothing to say")
            try await service.create(form.adding("audio", .file([1])))
                .expectProblem(422, "invalid-field", "features", "--deepspeech")
            let speaking = form.adding("features", features)
            try await service.create(speaking.adding("features", features))
                .expectProblem(422, "invalid-field", "features: the field twice")
            let transparent = speaking.adding("background", .text("transparent"))
            try await service.create(transparent.adding("format", .text("mp4")))
                .expectProblem(422, "invalid-field", "format: mp4 with a transparent background", "webm")
            try await service.create(transparent, [.accept: "video/mp4"])
                .expectProblem(422, "invalid-field", "format: webm", "video/mp4")
            try await service.create(speaking.adding("webhook", .text("http://example.org/")))
                .expectProblem(422, "invalid-field", "webhook: plain HTTP")
            try await service.create(speaking.adding("webhook", .text("ftp://example.org/")))
                .expectProblem(422, "webhook-url", "webhook", "https")
            #expect(try await service.create(speaking).json["avatar"].string == "two")
        }
    }

    private static let json: [(body: String, words: String)] = [
        (#"{"audio": "text"}"#, "audio: a string"), (#"{"audio": {"data": "%"}}"#, "audio: no data in base64"),
        (#"{"audio": {"data": ""}}"#, "audio: an empty file"), (#"{"audio": {}}"#, "audio: no data"),
        (#"{"audio": {"data": "AAAA", "name": "x"}}"#, "audio: a string as 'name'"),
        (#"{"audio": {"data": 1}}"#, "audio: a number as 'data'"), (#"{"size": "16"}"#, "size: a string"),
        (#"{"size": 16.5}"#, "size: a number"), (#"{"size": null}"#, "size: null"),
        (#"{"head_only": "true"}"#, "head_only: a string"), (#"{"metadata": "{}"}"#, "metadata: a string"),
        (#"{"metadata": {"a": 1}}"#, "metadata: something else"), (#"{"avatar": 1}"#, "avatar: a number"),
        (#"{"poses": [1]}"#, "poses: an array"), (#"{"colour": "red"}"#, "colour: an unknown field"),
        (#"{"colour": 1}"#, "colour: a number, expected another name"), (#"{}"#, "audio: nothing to say"),
    ]

    @Test func membersAreChecked() async throws {
        try await TestService.runIdle { service in
            for (body, words) in Self.json {
                try await service.create(json: body).expectProblem(422, "invalid-field", words)
            }
            try await service.create(json: "").expectProblem(411, "length-required", "Content-Length")
            for body in ["{", "[]", "null", "\"a\"", "{\"a\":}"] {
                try await service.create(json: body).expectProblem(400, "bad-json", "JSON object")
            }
        }
    }

    @Test func requestsAreChecked() async throws {
        try await TestService.runIdle(settings: { $0.maximumUpload = 20_000 }) { service in
            let form: FormBody = ["features": .file(try Fixture.features(2))]
            let body = form.bytes
            try await service.post("/v1/videos", body: body)
                .expectProblem(415, "unsupported-media-type", "no Content-Type", "multipart/form-data")
            try await service.post("/v1/videos", [.contentType: "text/plain"], body: body)
                .expectProblem(415, "unsupported-media-type", "text/plain")
            try await service.post("/v1/videos", [.contentType: "nonsense"], body: body)
                .expectProblem(400, "bad-request", "Content-Type")
            try await service.post("/v1/videos", [.contentType: "multipart/form-data"], body: body)
                .expectProblem(400, "bad-request", "boundary")
            try await service.post("/v1/videos", [.contentType: FormBody.contentType], body: Array(body.dropLast(9)))
                .expectProblem(400, "bad-request")
            try await service.create(["features": .file(Fixture.features(12))])
                .expectProblem(413, "content-too-large", "20000")
            try await service.create(["features": .file(Fixture.features(2))], [.accept: "image/png"])
                .expectProblem(406, "not-acceptable", "application/json, video/mp4, video/webm")
            for key in ["", "a b", String(repeating: "k", count: 256)] {
                try await service.create(
                    ["features": .file(Fixture.features(2))], [.idempotencyKey: key]
                ).expectProblem(422, "invalid-field", "Idempotency-Key: \(key.utf8.count) bytes")
            }
            let put = try await Answer(service.response(.put, "/v1/videos"))
            put.expectProblem(405, "method-not-allowed", "PUT")
            #expect(put["Allow"]?.contains("POST") == true)
            try await service.get("/v2/videos").expectProblem(404, "not-found", "/v2/videos", "/openapi.yaml")
        }
    }

    /// JSON is held in memory, so that there is less of it than of a form; a length that is announced suffices.
    @Test func longJSONIsRefusedUnread() async throws {
        struct Never: RequestBody.Source {
            func next() async throws -> [UInt8]? {
                Issue.record("the body was read")
                return nil
            }
        }
        try await TestService.runIdle { service in
            let body = RequestBody(length: VideoRequestReader.maximumJSON + 1, source: Never())
            try await Answer(service.response(.post, "/v1/videos", [.contentType: "application/json"], body: body))
                .expectProblem(413, "content-too-large")
        }
    }

    /// An upload that breaks off, or whose sender goes, leaves nothing.
    @Test func brokenUploadsLeaveNothing() async throws {
        struct Broken: RequestBody.Source {
            let pieces: AsyncStream<[UInt8]>

            func next() async throws -> [UInt8]? {
                for await piece in pieces { return piece }
                throw CancellationError()
            }
        }
        try await TestService.runIdle { service in
            let (pieces, more) = AsyncStream.makeStream(of: [UInt8].self)
            let form: FormBody = ["features": .file(try Fixture.features(12))]
            for half in [form.bytes.prefix(9_000), form.bytes[9_000..<18_000]] { more.yield(Array(half)) }
            more.finish()
            let answer = try await Answer(
                service.response(
                    .post, "/v1/videos", [.contentType: FormBody.contentType],
                    body: RequestBody(length: nil, source: Broken(pieces: pieces))))
            #expect(answer.status >= 400)
            #expect(service.uploads == [])
            #expect(try await service.get("/v1/videos").json["data"].count == 0)
        }
    }
}
