import Foundation
import HTTPTypes
import Testing

@testable import Service

/// Who may do what, on a server that asks for keys.
@Suite struct KeyTests {
    private static let a: HTTPFields = [.authorization: "Bearer secret-a"]
    private static let b: HTTPFields = [.authorization: "Bearer secret-b"]

    private func run(_ body: (TestService) async throws -> Void) async throws {
        var options = TestService.Options()
        options.keys = ["a:secret-a", "b:secret-b"]
        try await TestService.runIdle(options, body)
    }

    @Test func withoutAKeyThereIsNothing() async throws {
        try await run { service in
            for target in ["/v1/videos", "/v1/avatars", "/metrics", "/v1/videos/x/content", "/nowhere"] {
                let answer = try await service.get(target)
                answer.expectProblem(401, "unauthorized", "Authorization: Bearer KEY")
                #expect(answer["WWW-Authenticate"] == "Bearer realm=\"adnerf\"")
            }
            try await service.post("/v1/features").expectProblem(401, "unauthorized")
            for wrong in ["Bearer other", "Bearer", "Basic secret-a", "secret-a", "Bearer secret-a x"] {
                let answer = try await service.get("/v1/videos", [.authorization: wrong])
                answer.expectProblem(401, "unauthorized")
                #expect(answer["WWW-Authenticate"]?.contains("invalid_token") == true)
            }
            #expect(try await service.get("/v1/videos", Self.a).status == 200)
            #expect(try await service.get("/v1/videos", [.authorization: "bearer secret-b"]).status == 200)
            try await service.get("/nowhere", Self.a).expectProblem(404, "not-found")
        }
    }

    @Test(arguments: ["/healthz", "/readyz", "/", "/openapi.yaml"])
    func someNeedsNoKey(path: String) async throws {
        try await run { service in
            let answer = try await service.get(path)
            #expect(answer.status == 200)
        }
    }

    /// Somebody else's job is as none.
    @Test func jobsAreTheirOwners() async throws {
        try await run { service in
            let path = try await service.submit(nil, Self.a)
            #expect(try await service.get(path, Self.a).status == 200)
            #expect(try await service.get("/v1/videos", Self.a).json["data"].count == 1)
            #expect(try await service.get("/v1/videos", Self.b).json["data"].count == 0)
            for place in ["", "/content", "/stream", "/events", "/frames", "/frames/0.jpg", "/hls/index.m3u8"] {
                try await service.get(path + place, Self.b).expectProblem(404, "not-found")
            }
            try await service.post("\(path)/cancel", Self.b).expectProblem(404, "not-found")
            try await service.delete(path, Self.b).expectProblem(404, "not-found")
            #expect(try await service.get(path, Self.a).json["status"].string == "queued")
        }
    }

    /// What cannot send a key, such as a `<video>`, follows links that are good for reading one job.
    @Test func linksOpenTheirJobForReading() async throws {
        try await run { service in
            let path = try await service.submit(nil, Self.a)
            let other = try await service.submit(nil, Self.a)
            let links = try await service.get(path, Self.a).json["links"]
            let link = try #require(links["self"].string)
            let signature = link.dropFirst(path.count)
            #expect(link.hasPrefix("\(path)?signature="))
            for name in links.names { #expect(links[name].string?.hasSuffix(signature) == true) }
            #expect(try await service.get(link).status == 200)
            #expect(try await Answer(service.response(.head, link)).status == 200)
            #expect(try await service.get("\(path)/content\(signature)").status == 409)
            // The links in what a link gives are good, too.
            #expect(try await service.get(link).json["links"]["self"].string == link)

            let cancel = try #require(links["cancel"].string)
            try await service.post(cancel).expectProblem(401, "unauthorized")
            try await service.delete(link).expectProblem(401, "unauthorized")
            try await service.get("/v1/videos\(signature)").expectProblem(401, "unauthorized")
            try await service.get("\(other)\(signature)").expectProblem(401, "unauthorized")
            try await service.get("\(other)/content\(signature)").expectProblem(401, "unauthorized")
            try await service.get("\(link)0").expectProblem(401, "unauthorized")
            try await service.get("\(path)?signature=").expectProblem(401, "unauthorized")
        }
    }

    /// The playlist's segments are opened by what opened the playlist.
    @Test func playlistsPassTheirSignatureOn() async throws {
        var options = TestService.Options()
        options.keys = ["a:secret-a"]
        try await TestService.run(options) { service in
            let path = try await service.submit(nil, Self.a)
            let link = try #require(try await service.get(path, Self.a).json["links"]["hls"].string)
            let playlist = try await service.get(link).text
            let lines = playlist.split(separator: "\n").map(String.init)
            let segment = try #require(lines.last { $0.contains(".m4s") })
            #expect(try await service.get("\(path)/hls/\(segment)").status == 200)
            let start = try #require(lines.first { $0.hasPrefix("#EXT-X-MAP") }?.split(separator: "\"").last)
            #expect(try await service.get("\(path)/hls/\(start)").status == 200)
            try await service.get("\(path)/hls/0.m4s").expectProblem(401, "unauthorized")
        }
    }

    @Test func linksAreBareWithoutKeys() async throws {
        try await TestService.runIdle { service in
            let path = try await service.submit()
            #expect(try await service.get(path).json["links"]["content"].string == "\(path)/content")
        }
    }

    @Test func keyFilesAreChecked() async throws {
        var options = TestService.Options()
        options.keys = ["a:secret-a:fast"]
        await #expect(throws: (any Error).self) { try await TestService.runIdle(options) { _ in } }
        await #expect(throws: (any Error).self) {
            try await TestService.runIdle(settings: { $0.apiKeyFile = "/nowhere" }) { _ in }
        }
    }
}
