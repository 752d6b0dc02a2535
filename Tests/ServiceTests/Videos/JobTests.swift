import Foundation
import HTTPTypes
import Jobs
import Testing

@testable import Service

/// Jobs that wait, are listed, stopped, removed and forgotten.
@Suite(.timeLimit(.minutes(2))) struct JobTests {
    @Test func jobsAreListedFromTheNewest() async throws {
        try await TestService.runIdle { service in
            var paths: [String] = []
            for _ in 0..<5 { paths.append(try await service.submit()) }
            _ = try await service.post("\(paths[1])/cancel")
            let all = try await service.get("/v1/videos").json
            #expect(all["object"].string == "list")
            #expect((0..<all["data"].count).map { all["data"][$0]["links"]["self"].string } == paths.reversed())
            #expect(all["has_more"] == .bool(false))
            #expect(all["next"] == .null)
            #expect(all["data"][4]["queue_position"].integer == 0)
            #expect(all["data"][0]["queue_position"].integer == 3)

            var seen: [String?] = []
            var query = "limit=2"
            while true {
                let page = try await service.get("/v1/videos?\(query)").json
                seen += (0..<page["data"].count).map { page["data"][$0]["links"]["self"].string }
                #expect(page["has_more"] == .bool(page["next"] != .null))
                guard let next = page["next"].string else { break }
                query = "limit=2&after=\(next)"
            }
            #expect(seen == paths.reversed())

            let canceled = try await service.get("/v1/videos?status=canceled").json
            #expect(canceled["data"].count == 1)
            #expect(canceled["data"][0]["links"]["self"].string == paths[1])
            #expect(try await service.get("/v1/videos?status=queued&other=1").json["data"].count == 4)
            try await service.get("/v1/videos?status=done")
                .expectProblem(422, "invalid-field", "status: 'done'", "queued, in_progress")
            for limit in ["0", "101", "x"] {
                try await service.get("/v1/videos?limit=\(limit)")
                    .expectProblem(422, "invalid-field", "limit: '\(limit)'", "1 to 100")
            }
            try await service.get("/v1/videos?after=x").expectProblem(422, "invalid-field", "after: 'x'", "'next'")
            try await service.get("/v1/videos?limit=%zz").expectProblem(400, "bad-request")
        }
    }

    /// A client that waits is told of a change when it happens.
    @Test func waitingEndsWithAChange() async throws {
        try await TestService.runIdle { service in
            let path = try await service.submit()
            let tag = try #require(try await service.get(path)["ETag"])
            // What has changed already is told at once.
            #expect(try await service.get("\(path)?wait=60", [.ifNoneMatch: "\"0.0\""]).status == 200)
            async let plain = service.get("\(path)?wait=60")
            async let tagged = service.get("\(path)?wait=60", [.ifNoneMatch: tag])
            async let created = service.create(
                ["features": .file(Fixture.features(2)), "metadata": .text(#"{"a":"b"}"#)], [.prefer: "wait=60"])
            // The waiting requests are under way once the third job is there.
            while try await service.get("/v1/videos").json["data"].count < 2 { await Task.yield() }
            let other = try await service.get("/v1/videos?limit=1").json["data"][0]["links"]["self"].string
            for path in [path, try #require(other)] {
                #expect(try await service.post("\(path)/cancel").json["status"].string == "canceled")
            }
            #expect(try await tagged.json["status"].string == "canceled")
            #expect(try await plain.json["status"].string == "canceled")
            #expect(try await created.status == 200)
            #expect(try await created.json["status"].string == "canceled")
        }
    }

    /// Nobody waits longer than was asked for, or than is granted.
    @Test func waitingEndsWithItsTime() async throws {
        try await TestService.runIdle { service in
            let path = try await service.submit()
            let tag = try #require(try await service.get(path)["ETag"])
            #expect(try await service.get("\(path)?wait=0", [.ifNoneMatch: tag]).status == 304)
            #expect(try await service.get("\(path)?wait=1", [.ifNoneMatch: tag]).status == 304)
            let answer = try await service.create(
                ["features": .file(Fixture.features(2))], [.prefer: "respond-async, wait=0"])
            #expect(answer.status == 202)
            #expect(answer["Preference-Applied"] == "wait=0")
            #expect(answer["Location"] != nil)
        }
    }

    @Test func canceledJobsStayCanceled() async throws {
        try await TestService.runIdle { service in
            let path = try await service.submit()
            let answer = try await service.post("\(path)/cancel")
            #expect(answer.status == 200)
            #expect(answer.json["status"].string == "canceled")
            #expect(answer.json["queue_position"] == .null)
            #expect(answer.json["completed_at"] != .null)
            try await service.post("\(path)/cancel").expectProblem(409, "conflict", "canceled")
            try await service.get("\(path)/content").expectProblem(409, "conflict", "canceled")
            for place in ["/stream", "/frames", "/frames/0.png", "/hls/index.m3u8", "/hls/init.mp4", "/hls/0.m4s"] {
                #expect(try await service.get(path + place).status == 409, "\(place)")
            }
            #expect(try await service.get("\(path)/events").text.contains("event: end\n"))
            try await service.post("/v1/videos/vid_00000000000000000000000000/cancel").expectProblem(404, "not-found")
        }
    }

    /// A frame of this size takes far longer than the time that cancelling may take.
    @Test func cancelingStopsTheWorkInTheMiddleOfAFrame() async throws {
        try await TestService.run { service in
            let path = try await service.submit([
                "features": .file(try Fixture.features(12)), "size": .text("1024"),
            ])
            while try await service.get(path).json["status"].string == "queued" {
                _ = try await service.get("\(path)?wait=1")
            }
            let clock = ContinuousClock()
            let start = clock.now
            #expect(try await service.post("\(path)/cancel").json["status"].string == "canceled")
            await service.pool.drain(deadline: .seconds(60))
            #expect(clock.now - start < .seconds(20))
        }
    }

    @Test func deletedJobsAreGoneWithTheirFiles() async throws {
        try await TestService.run { service in
            func files() -> [String] {
                FileManager.default.subpaths(atPath: service.parts.settings.data) ?? []
            }
            let path = try await service.submit()
            let id = try #require(path.split(separator: "/").last)
            #expect(try await service.ended(path)["status"].string == "completed")
            #expect(files().contains { $0.contains(id) })
            let answer = try await service.delete(path)
            #expect(answer.status == 204)
            #expect(answer.bytes == [])
            #expect(!files().contains { $0.contains(id) })
            for place in ["", "/content", "/stream", "/events"] {
                try await service.get(path + place).expectProblem(404, "not-found", "GET /v1/videos")
            }
            try await service.delete(path).expectProblem(404, "not-found")
            #expect(try await service.get("/v1/videos").json["data"].count == 0)
        }
    }

    /// A server that stops in the middle goes on there when it starts again.
    @Test func jobsGoOnAfterARestart() async throws {
        var options = TestService.Options()
        options.gate = 1
        var path = ""
        var begun: Answer?
        try await TestService.run(options) { service in
            options.folder = service.folder
            path = try await service.submit(["audio": .file(try Fixture.recording)])
            let id = try #require(JobID(path.split(separator: "/").last ?? ""))
            _ = try await service.parts.engine.segmentReady(id, 0)
            begun = try await service.get("\(path)/hls/0.m4s")
        }
        options.gate = nil
        try await TestService.run(options) { service in
            let job = try await service.ended(path)
            #expect(job["status"].string == "completed", "\(job["error"])")
            #expect(begun?.status == 200)
            #expect(try await service.get("\(path)/hls/0.m4s").bytes == begun?.bytes)
            let movie = try await Movie(service.get("\(path)/content").bytes)
            #expect(movie.frames == job["frames"]["total"].integer)
            #expect(movie.audioCodec == "aac")
        }
    }

    /// First the files go, and it is told so; later all of it.
    @Test func finishedJobsExpire() async throws {
        try await TestService.run(settings: { $0.retention = 60 }) { service in
            let path = try await service.submit()
            #expect(try await service.ended(path)["status"].string == "completed")
            service.clock.advance(by: 55)
            try await service.parts.engine.sweep()
            #expect(try await service.get("\(path)/content").status == 200)
            service.clock.advance(by: 10)
            try await service.parts.engine.sweep()
            for place in [
                "/content", "/stream", "/frames", "/frames/0.jpg", "/hls/index.m3u8", "/hls/init.mp4", "/hls/0.m4s",
            ] {
                try await service.get(path + place).expectProblem(410, "gone", "make it again")
            }
            #expect(try await service.get(path).json["status"].string == "completed")
            service.clock.advance(by: 8 * 24 * 3_600)
            try await service.parts.engine.sweep()
            try await service.get(path).expectProblem(404, "not-found")
        }
    }

    @Test func keysMakeRequestsSafeToRepeat() async throws {
        var options = TestService.Options()
        options.keys = ["a:secret-a", "b:secret-b"]
        try await TestService.runIdle(options) { service in
            func send(_ key: String, frames: Int = 2, as name: String = "a", json: Bool = false) async throws -> Answer
            {
                let fields: HTTPFields = [.idempotencyKey: key, .authorization: "Bearer secret-\(name)"]
                let features = try Fixture.features(frames)
                guard json else { return try await service.create(["features": .file(features)], fields) }
                let text = Data(features).base64EncodedString()
                return try await service.create(json: #"{"features": {"data": "\#(text)"}}"#, fields)
            }
            let first = try await send("one")
            #expect(first.status == 202)
            #expect(first["Idempotency-Replayed"] == nil)
            let again = try await send("one")
            #expect(again.status == 202)
            #expect(again["Location"] == first["Location"])
            #expect(again["Idempotency-Replayed"] == "true")
            try await send("one", frames: 3).expectProblem(422, "idempotency-mismatch", "Idempotency-Key")
            #expect(try await send("two")["Location"] != first["Location"])
            // Others' keys are their own.
            let other = try await send("one", frames: 3, as: "b")
            #expect(other.status == 202)
            #expect(other["Location"] != first["Location"])
            let json = try await send("json", json: true)
            #expect(try await send("json", json: true)["Location"] == json["Location"])
        }
    }
}
