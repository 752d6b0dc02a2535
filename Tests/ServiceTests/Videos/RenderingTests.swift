import Foundation
import HTTPTypes
import Testing

@testable import Service

/// The ways to ask for a video, each rendered.
@Suite struct RenderingTests {
    @Test func everyWayOfAskingIsRendered() async throws {
        try await TestService.run { service in
            let two = try Fixture.features(2)
            let base: FormBody = ["features": .file(two)]
            let stopping: FormBody = [
                "features": .file(try Fixture.features(12)), "poses": .file(try Fixture.poses),
                "pose_loop": .text("stop"), "size": .text("16"),
            ]
            let jobs: [(name: String, form: FormBody)] = [
                ("features alone", base),
                ("a track", base.adding("poses", .text("transforms_train"))),
                ("poses as text", base.adding("poses", .text(String(decoding: try Fixture.poses, as: UTF8.self)))),
                ("poses as a file, stopping", stopping),
                ("a colour", base.adding("background", .text("#ff0000")).adding("head_only", .text("true"))),
                ("a picture", base.adding("background", .file(try Fixture.picture))),
                ("a size", base.adding("size", .text("32"))),
                ("transparent", base.adding("background", .text("transparent"))),
                (
                    "features and audio",
                    base.adding("audio", .file(try Fixture.recording)).adding("format", .text("webm"))
                ),
            ]
            var paths: [String: String] = [:]
            for (name, form) in jobs { paths[name] = try await service.submit(form) }
            var movies: [String: Movie] = [:]
            var files: [String: Answer] = [:]
            for (name, path) in paths {
                let job = try await service.ended(path)
                #expect(job["status"].string == "completed", "\(name): \(job["error"])")
                let content = try await service.get("\(path)/content")
                files[name] = content
                movies[name] = try await Movie(content.bytes)
                #expect(movies[name]?.frames == job["frames"]["total"].integer, "\(name)")
                #expect(movies[name]?.width == job["size"]["width"].integer, "\(name)")
                #expect(content["Content-Type"] == "video/\(job["format"].string ?? "")", "\(name)")
            }
            let poses = try JSONDecoder().decode(JSONValue.self, from: Data(try Fixture.poses))["frames"].count
            #expect(movies["poses as a file, stopping"]?.frames == min(12, poses))
            #expect(movies["poses as a file, stopping"]?.width == 16)
            #expect(movies["a size"]?.height == 32)
            #expect(movies["features alone"]?.frames == 2)
            #expect(movies["features alone"]?.audioCodec == nil)
            #expect(movies["features alone"]?.videoCodec == "h264")
            #expect(movies["transparent"]?.videoCodec == "vp9")
            #expect(movies["features and audio"]?.videoCodec == "vp9")
            #expect(movies["features and audio"]?.audioCodec == "opus")
            // The avatar's own track or the same written out: it is the choice that counts.
            #expect(files["a track"]?.bytes == files["poses as text"]?.bytes)
            #expect(files["a track"]?.bytes != files["features alone"]?.bytes)
            #expect(files["a colour"]?.bytes != files["features alone"]?.bytes)
            #expect(files["a picture"]?.bytes == files["features alone"]?.bytes)

            let transparent = try #require(paths["transparent"])
            try await service.get("\(transparent)/hls/index.m3u8").expectProblem(
                409, "conflict", "WebM", "links.stream")
            #expect(try await service.get("\(transparent)/content")["Content-Disposition"]?.contains(".webm") == true)
        }
    }

    /// The recording drives the lips through the speech network, in JSON as in a form.
    @Test func jsonIsAsGoodAsAForm() async throws {
        try await TestService.run { service in
            let features = Data(try Fixture.features(2)).base64EncodedString()
            let poses = Data(try Fixture.poses).base64EncodedString()
            let picture = Data(try Fixture.picture).base64EncodedString()
            let json = """
                {"avatar": "tiny", "features": {"data": "\(features)", "filename": "aud.npy"}, "size": 16,
                "poses": {"data": "\(poses)"}, "background": {"data": "\(picture)"}, "head_only": false,
                "pose_loop": "hold", "quality": "exact", "format": "mp4", "metadata": {"name": "ä"}}
                """
            let waited = try await service.create(json: json, [.prefer: "wait=60"])
            #expect(waited.status == 200, "\(waited.text)")
            #expect(waited["Preference-Applied"] == "wait=60")
            #expect(waited["Content-Location"] == waited.json["links"]["self"].string)
            #expect(waited["Location"] == nil)
            #expect(waited["Retry-After"] == nil)
            #expect(waited.json["status"].string == "completed")
            #expect(waited.json["metadata"]["name"].string == "ä")
            let form: FormBody = [
                "features": .file(try Fixture.features(2)), "size": .text("16"), "poses": .file(try Fixture.poses),
                "background": .file(try Fixture.picture), "pose_loop": .text("hold"),
            ]
            let path = try await service.submit(form)
            _ = try await service.ended(path)
            let one = try await service.get("\(waited["Content-Location"] ?? "")/content").bytes
            #expect(try await service.get("\(path)/content").bytes == one)
        }
    }

    @Test(arguments: ["video/mp4", "video/webm"])
    func theAnswerIsTheVideo(type: String) async throws {
        try await TestService.run { service in
            let answer = try await service.create(
                ["features": .file(Fixture.features(2)), "audio": .file(Fixture.recording)],
                [.accept: "\(type), application/json;q=0.5"])
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == type)
            let id = try #require(answer["X-Video-Id"])
            #expect(answer["Content-Location"] == "/v1/videos/\(id)")
            let movie = try await Movie(answer.bytes)
            #expect(movie.frames == 2)
            #expect(movie.audioCodec == (type == "video/mp4" ? "aac" : "opus"))
            // The job is there like any other.
            #expect(try await service.ended("/v1/videos/\(id)")["status"].string == "completed")
        }
    }

    /// What only decoding shows is the fault of whoever asked.
    @Test func undecodableAudioFailsTheJob() async throws {
        try await TestService.run { service in
            let noise: FormBody = ["audio": .file(Array("no recording at all".utf8))]
            let job = try await service.ended(try await service.submit(noise))
            #expect(job["status"].string == "failed")
            #expect(job["error"]["type"].string == "/problems/invalid-field")
            #expect(job["error"]["detail"].string?.hasPrefix("audio") == true)
            let path = try #require(job["links"]["self"].string)
            for place in ["/content", "/stream", "/frames", "/frames/0.jpg", "/hls/index.m3u8", "/hls/0.m4s"] {
                #expect(try await service.get(path + place).status == 409, "\(place)")
            }
            try await service.create(noise, [.accept: "video/mp4"]).expectProblem(422, "invalid-field", "audio")
        }
    }

    @Test(arguments: ["audio", "features"])
    func longSpeechIsRefused(field: String) async throws {
        try await TestService.run(settings: { $0.maximumDuration = 1 }) { service in
            let content = field == "audio" ? Fixture.silence(seconds: 3) : try Fixture.features(75)
            let job = try await service.ended(try await service.submit([field: .file(content)]))
            #expect(job["status"].string == "failed")
            #expect(job["error"]["detail"].string?.hasPrefix("\(field): 3.0 seconds, expected at most 1") == true)
        }
    }
}
