import Foundation
import HTTPTypes
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(2))) struct AvatarTests {
    @Test func avatarsAreListedWithWhatIsWrong() async throws {
        var options = TestService.Options()
        options.avatars = ["good", "broken", "ä b"]
        try await TestService.runIdle(options) { service in
            let folder = service.parts.settings.avatars
            try FileManager.default.removeItem(atPath: "\(folder)/broken/100000_head.tar")
            try FileManager.default.createDirectory(atPath: "\(folder)/.hidden", withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: "\(folder)/file.pb"))

            let list = try await service.get("/v1/avatars")
            #expect(list["Content-Type"] == "application/json")
            let json = list.json
            #expect(json["object"].string == "list")
            #expect((0..<json["data"].count).map { json["data"][$0]["name"].string } == ["broken", "good", "ä b"])

            let good = try await service.get("/v1/avatars/good").json
            #expect(good == json["data"][1])
            #expect(
                good.names == [
                    "name", "object", "ready", "problems", "size", "tracks", "camera", "fingerprint", "realtime",
                    "links",
                ])
            #expect(good["ready"] == .bool(true))
            #expect(good["problems"].count == 0)
            #expect(good["size"] == .object(["width": .integer(24), "height": .integer(24)]))
            #expect((0..<2).map { good["tracks"][$0]["name"].string } == ["transforms_train", "transforms_val"])
            #expect(good["tracks"][1]["default"] == .bool(true))
            #expect((good["tracks"][1]["frames"].integer ?? 0) > 0)
            #expect(abs((good["camera"]["focal"].number ?? 0) - 58.667) < 0.001)
            #expect(good["camera"]["center_x"].number == 12)
            #expect(good["fingerprint"].string?.count == 64)
            let spaced = json["data"][2]["links"]
            #expect(spaced["self"].string == "/v1/avatars/%C3%A4%20b")
            #expect(try await service.get(spaced["self"].string ?? "").json["name"].string == "ä b")

            let broken = try await service.get("/v1/avatars/broken").json
            #expect(broken["ready"] == .bool(false))
            let problem = try #require(broken["problems"][0].string)
            #expect(problem.hasPrefix("broken: ") && problem.contains("head"))
            #expect(broken["fingerprint"] == .null)
            try await service.get("/v1/avatars/broken/preview.jpg").expectProblem(409, "conflict", "broken")
            try await service.create(["features": .file(Fixture.features(2)), "avatar": .text("broken")])
                .expectProblem(422, "invalid-field", "avatar: ", "head")

            // It is looked at anew.
            try FileManager.default.copyItem(
                atPath: "\(folder)/good/100000_head.tar", toPath: "\(folder)/broken/100000_head.tar")
            #expect(try await service.get("/v1/avatars/broken").json["ready"] == .bool(true))
            _ = try await service.submit(["features": .file(Fixture.features(2)), "avatar": .text("broken")])
            try FileManager.default.removeItem(atPath: "\(folder)/broken")
            try await service.get("/v1/avatars/broken").expectProblem(404, "not-found", "no avatar 'broken'")

            for name in ["nobody", ".hidden", "file.pb", "%2E%2E", "..%2Favatars%2Fgood"] {
                try await service.get("/v1/avatars/\(name)").expectProblem(404, "not-found")
                try await service.get("/v1/avatars/\(name)/preview.jpg").expectProblem(404, "not-found")
            }
            try await service.get("/v1/avatars", [.accept: "text/html"]).expectProblem(406, "not-acceptable")
        }
    }

    @Test func previewsAreRenderedOnce() async throws {
        try await TestService.runIdle { service in
            let path = "/v1/avatars/tiny/preview.jpg"
            // Asking for it sets it going.
            try await service.get(path).expectProblem(503, "not-yet", "tiny", "come back soon")
            var answer = try await service.get(path)
            while answer.status == 503 {
                try await Task.sleep(for: .milliseconds(10))
                answer = try await service.get(path)
            }
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "image/jpeg")
            #expect(answer.bytes.starts(with: [0xFF, 0xD8]))
            let tag = try #require(answer["ETag"])
            #expect(try await service.get(path, [.ifNoneMatch: tag]).status == 304)
        }
    }
}
