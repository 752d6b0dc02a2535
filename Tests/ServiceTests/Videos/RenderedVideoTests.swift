import Foundation
import HTTPTypes
import Testing

@testable import Service

/// A job from its first answer to its file, seen through every endpoint.
@Suite(.renderedVideo) struct RenderedVideoTests {
    private var video: RenderedVideo { RenderedVideo.current }

    private func get(_ place: String, _ fields: HTTPFields = [:]) async throws -> Answer {
        try await video.service.get(video.path + place, fields)
    }

    // MARK: the job

    /// The members that `Video` of the contract requires, null or not.
    private static let members: Set<String> = [
        "id", "object", "status", "avatar", "quality", "quality_note", "format", "size", "progress", "frames",
        "frames_per_second", "bake", "frames_out_of_range",
        "duration", "queue_position", "seconds_left", "waiting_for", "timings", "created_at", "started_at",
        "completed_at",
        "expires_at", "error", "fidelity", "metadata", "links",
    ]

    @Test func creationIsAnsweredWithTheJob() {
        let answer = video.created
        #expect(answer.status == 202)
        #expect(answer["Retry-After"].flatMap { Int($0) } != nil)
        let json = answer.json
        #expect(json.names == Self.members)
        #expect(answer["Location"] == "/v1/videos/\(json["id"].string ?? "")")
        #expect(json["avatar"].string == "tiny")
        #expect(json["format"].string == "mp4")
        // It is decided with the plan.
        #expect(json["quality"] == .null)
        #expect(json["metadata"] == .object(["take": .string("one")]))
        #expect(json["links"]["self"].string == video.path)
        #expect(json["links"]["hls"].string == "\(video.path)/hls/index.m3u8")
    }

    @Test func halfWayTheJobTellsHowFarItIs() throws {
        let answer = try #require(video.half[""])
        let json = answer.json
        #expect(json.names == Self.members)
        #expect(json["status"].string == "in_progress")
        #expect(json["frames"]["done"].integer == 5)
        let total = try #require(json["frames"]["total"].integer)
        #expect((6...30).contains(total))
        #expect(json["progress"].integer == 5 * 100 / total)
        #expect(json["duration"].number == Double(total) / 25)
        #expect(json["size"] == .object(["width": .integer(24), "height": .integer(24)]))
        #expect((json["frames_per_second"].number ?? 0) > 0)
        #expect(json["queue_position"] == .null)
        #expect((json["seconds_left"].number ?? -1) >= 0)
        #expect(json["expires_at"] == .null)
        #expect(answer["Retry-After"] != nil)
        for stage in ["decode", "features", "soundtrack", "learn", "render", "encode", "queued"] {
            #expect(json["timings"].names.contains(stage), "\(stage)")
        }
    }

    @Test func inTheEndAllIsKnown() throws {
        let json = video.job
        #expect(json.names == Self.members)
        #expect(json["status"].string == "completed")
        #expect(json["progress"].integer == 100)
        #expect(json["frames"]["done"] == json["frames"]["total"])
        #expect(json["error"] == .null)
        #expect(json["seconds_left"] == .null)
        #expect(json["timings"].names.contains("assemble"))
        // Nothing is measured of an avatar so small that nothing is skipped.
        #expect(json["fidelity"] == .null || (json["fidelity"]["rays"].integer ?? 0) > 0)
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let times = try ["created_at", "started_at", "completed_at", "expires_at"].map { name in
            try format.parse(try #require(json[name].string, "\(name)"))
        }
        #expect(times == times.sorted())
        #expect(abs(times[3].timeIntervalSince(times[2]) - 3_600) < 0.01)
    }

    @Test func anUnchangedJobIsNotSentAgain() async throws {
        let answer = try await get("")
        let tag = try #require(answer["ETag"])
        #expect(tag.hasPrefix("\""))
        #expect(answer["Cache-Control"] == "no-cache")
        #expect(answer["Retry-After"] == nil)
        let again = try await get("", [.ifNoneMatch: tag])
        #expect(again.status == 304)
        #expect(again.bytes == [])
        #expect(again["ETag"] == tag)
        #expect(try await get("", [.ifNoneMatch: "\"other\""]).status == 200)
        // Waiting for a job that has ended is answered at once.
        #expect(try await get("?wait=60", [.ifNoneMatch: tag]).status == 304)
        #expect(video.half[""]?["ETag"] != tag)
    }

    @Test(arguments: ["61", "-1", "1.5", "x", ""])
    func waitIsChecked(text: String) async throws {
        try await get("?wait=\(text)").expectProblem(422, "invalid-field", "wait: '\(text)'", "0 to 60")
    }

    @Test func endedJobsAreNotCanceled() async throws {
        try await video.service.post("\(video.path)/cancel").expectProblem(409, "conflict", "completed")
    }

    // MARK: the file

    @Test func contentIsTheWholeVideo() async throws {
        try #require(video.half["/content"]).expectProblem(409, "conflict", "in_progress", "links.events")
        let answer = try await get("/content")
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "video/mp4")
        #expect(answer["Accept-Ranges"] == "bytes")
        let id = video.path.split(separator: "/").last ?? ""
        #expect(answer["Content-Disposition"]?.hasPrefix("attachment") == true)
        #expect(answer["Content-Disposition"]?.contains("tiny-\(id).mp4") == true)
        let movie = try await Movie(answer.bytes)
        #expect(movie.frames == video.job["frames"]["total"].integer)
        #expect(movie.width == 24 && movie.height == 24)
        #expect(movie.videoCodec == "h264")
        #expect(movie.audioCodec == "aac")
    }

    @Test func contentComesInParts() async throws {
        let whole = try await get("/content")
        let size = whole.bytes.count
        let tag = try #require(whole["ETag"])
        let part = try await get("/content", [.range: "bytes=4-7"])
        #expect(part.status == 206)
        #expect(part.bytes == Array(whole.bytes[4..<8]))
        #expect(part["Content-Range"] == "bytes 4-7/\(size)")
        #expect(try await get("/content", [.range: "bytes=-10"]).bytes == Array(whole.bytes.suffix(10)))
        #expect(try await get("/content", [.range: "bytes=0-0", .ifRange: tag]).status == 206)
        #expect(try await get("/content", [.range: "bytes=0-0", .ifRange: "\"old\""]).bytes.count == size)
        #expect(try await get("/content", [.ifNoneMatch: tag]).status == 304)
        try await get("/content", [.range: "bytes=\(size)-"]).expectProblem(416, "range-not-satisfiable", "\(size)")
        #expect(
            try await get("/content", [.range: "bytes=0-1,1000-1001"])["Content-Type"]?.contains("byteranges") == true)
        #expect(try await get("/content", [.ifMatch: "\"old\""]).status == 412)
    }

    // MARK: watching

    @Test func streamBeginsBeforeTheEnd() async throws {
        #expect(video.streamedEarly > 0)
        #expect(video.streamedEarly < video.stream.bytes.count)
        #expect(video.stream["Content-Type"] == "video/mp4")
        #expect(video.stream["Cache-Control"] == "no-store")
        #expect(video.stream.bytes.dropFirst(4).prefix(4).elementsEqual("ftyp".utf8))
        let movie = try await Movie(video.stream.bytes)
        #expect(movie.frames == video.job["frames"]["total"].integer)
        #expect(movie.audioCodec == "aac")
        // Later it is the same, all at once.
        #expect(try await get("/stream").bytes == video.stream.bytes)
    }

    /// A client that has some of it goes on there, in the header, in a segment, between two, or at the end.
    @Test func streamGoesOnWhereItBroke() async throws {
        let all = video.stream.bytes
        let header = try await get("/hls/init.mp4").bytes.count
        let segment = try await get("/hls/0.m4s").bytes.count
        let last = (1 << 53) - 1
        for offset in [0, 1, header - 1, header, header + 1, header + segment, all.count - 1, all.count, last] {
            let rest = try await get("/stream?offset=\(offset)")
            #expect(rest.status == 200)
            #expect(rest.bytes == Array(all.dropFirst(offset)), "from \(offset)")
        }
        for offset in ["-1", "x", "", "1.5", "9007199254740992", "99999999999999999999"] {
            try await get("/stream?offset=\(offset)").expectProblem(422, "invalid-field", "offset")
        }
    }

    @Test func playlistGrowsAndEnds() async throws {
        let early = try #require(video.half["/hls/index.m3u8"])
        #expect(early["Content-Type"] == "application/vnd.apple.mpegurl")
        #expect(early.text.contains("#EXT-X-PLAYLIST-TYPE:EVENT"))
        #expect(early.text.contains("0.m4s"))
        #expect(!early.text.contains("1.m4s"))
        #expect(!early.text.contains("#EXT-X-ENDLIST"))
        let late = try await get("/hls/index.m3u8").text
        #expect(late.hasSuffix("1.m4s\n#EXT-X-ENDLIST\n"))
        // Nothing is taken back.
        #expect(late.hasPrefix(early.text))
    }

    /// The pieces of the playlist, one behind another, are the stream.
    @Test func segmentsAreServed() async throws {
        #expect(video.half["/hls/init.mp4"]?.status == 200)
        #expect(video.half["/hls/0.m4s"]?.status == 200)
        try #require(video.half["/hls/1.m4s"]).expectProblem(409, "conflict", "yet")
        let pieces = [
            try await get("/hls/init.mp4"), try await get("/hls/0.m4s"), try await get("/hls/1.m4s"),
        ]
        #expect(pieces.map(\.status) == [200, 200, 200])
        #expect(pieces.map { $0["Content-Type"] } == ["video/mp4", "video/iso.segment", "video/iso.segment"])
        #expect(pieces.flatMap(\.bytes) == video.stream.bytes)
        #expect(Set(pieces.compactMap { $0["ETag"] }).count == 3)
        let tag = try #require(pieces[1]["ETag"])
        #expect(try await get("/hls/0.m4s", [.ifNoneMatch: tag]).status == 304)
        for name in ["2", "-1", "+1", "x", "99999999999999999999"] {
            try await get("/hls/\(name).m4s").expectProblem(404, "not-found")
        }
    }

    @Test func framesAppearOneAfterAnother() throws {
        let answer = video.frames
        let type = try #require(answer["Content-Type"])
        #expect(type.hasPrefix("multipart/x-mixed-replace; boundary="))
        let boundary = try #require(type.split(separator: "=").last)
        let text = String(decoding: answer.bytes, as: Unicode.ASCII.self)
        #expect(text.components(separatedBy: "--\(boundary)\r\n").count - 1 == video.job["frames"]["total"].integer)
        #expect(text.hasSuffix("--\(boundary)--\r\n"))
    }

    @Test func singleFramesArePictures() async throws {
        #expect(video.half["/frames/0.jpg"]?.status == 200)
        try #require(video.half["/frames/29.jpg"]).expectProblem(409, "conflict", "frame 29", "not rendered yet")
        try #require(video.half["/frames/4096.png"]).expectProblem(404, "not-found", "from 0")
        let jpeg = try await get("/frames/29.jpg")
        #expect(jpeg.bytes.starts(with: [0xFF, 0xD8]))
        #expect(jpeg["Content-Type"] == "image/jpeg")
        let png = try await get("/frames/0.png")
        #expect(png.bytes.starts(with: [0x89] + Array("PNG".utf8)))
        #expect(png["Content-Type"] == "image/png")
        let tag = try #require(png["ETag"])
        #expect(try await get("/frames/0.png", [.ifNoneMatch: tag]).status == 304)
        for name in ["x", "-1", "1e1", "99999999999999999999"] {
            try await get("/frames/\(name).png").expectProblem(404, "not-found")
        }
        try await get("/frames/0.gif").expectProblem(404, "not-found")
    }

    // MARK: events

    /// The fields of each event, in order.
    private func events(_ text: String) -> [[String: String]] {
        text.components(separatedBy: "\n\n").filter { !$0.isEmpty && !$0.hasPrefix(":") }.map { block in
            Dictionary(
                block.split(separator: "\n").map { line in
                    let parts = line.split(separator: ":", maxSplits: 1)
                    return (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
                }, uniquingKeysWith: { $0 + "\n" + $1 })
        }
    }

    private func job(_ event: [String: String]) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data((event["data"] ?? "").utf8))
    }

    @Test func eventsTellTheCourse() throws {
        #expect(video.events["Content-Type"] == "text/event-stream")
        let events = events(video.events.text)
        let kinds = events.compactMap { $0["event"] }
        #expect(kinds.first == "status")
        #expect(kinds.last == "end")
        #expect(kinds.dropFirst().dropLast().allSatisfy { $0 == "status" || $0 == "progress" })
        #expect(kinds.contains("progress"))
        let ids = events.compactMap { $0["id"].flatMap { Int($0) } }
        // Frames of a segment that is under way are no change to come back to.
        #expect(events.allSatisfy { $0["id"] != nil || $0["event"] == "progress" })
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(events[0]["retry"] == "2000")
        #expect(events.dropFirst().allSatisfy { $0["retry"] == nil })
        for event in events { #expect(try job(event).names == Self.members) }
        let last = try #require(events.last)
        #expect(try job(last)["status"].string == "completed")
    }

    @Test func eventsGoOnWhereAClientLeft() async throws {
        let last = try #require(events(video.events.text).last)
        let id = try #require(last["id"].flatMap { Int($0) })
        let name = try #require(HTTPField.Name("Last-Event-ID"))
        let over = try await get("/events", [name: "\(id)"])
        #expect(over.status == 204)
        // Whoever saw less, or claims what cannot be, is told the end.
        for seen in ["\(id - 1)", "\(id + 100)", "x", ""] {
            let answer = try await get("/events", [name: seen])
            #expect(answer.status == 200)
            #expect(events(answer.text).map { $0["event"] } == ["end"], "\(seen)")
        }
        #expect(events(try await get("/events").text).map { $0["event"] } == ["end"])
    }

    // MARK: negotiation and names

    @Test(arguments: [
        "", "/content", "/stream", "/hls/index.m3u8", "/hls/init.mp4", "/hls/0.m4s", "/frames", "/frames/0.jpg",
        "/frames/0.png", "/events",
    ])
    func whatIsNotAcceptedIsNotSent(place: String) async throws {
        try await get(place, [.accept: "text/x-nothing"]).expectProblem(406, "not-acceptable", "Accept")
        #expect(try await Answer(video.service.response(.put, video.path + place))["Allow"]?.contains("GET") == true)
        let other = "/v1/videos/vid_00000000000000000000000000"
        try await video.service.get(other + place).expectProblem(404, "not-found", "no video")
        try await video.service.get("/v1/videos/nothing" + place).expectProblem(404, "not-found", "no video nothing")
    }
}
