import Foundation
import HTTPTypes
import Testing

@testable import Service

@Suite struct PageTests {
    /// What a browser computes of the page's inline parts is in the policy, so that they run, and nothing else does.
    @Test func policyKnowsThePage() async throws {
        try await TestService.runIdle { service in
            let answer = try await service.get("/")
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "text/html; charset=utf-8")
            let policy = try #require(answer["Content-Security-Policy"])
            #expect(policy.hasPrefix("default-src 'none'; "))
            #expect(!policy.contains("unsafe"))
            for element in ["script", "style"] {
                let inline = try Regex("<\(element)[^>]*>(.*?)</\(element)>", as: (Substring, Substring).self)
                    .dotMatchesNewlines()
                let contents = answer.text.matches(of: inline).map(\.output.1)
                #expect(!contents.isEmpty)
                let hashes = contents.map {
                    "'sha256-\(Data(SHA256Digest.of(Array($0.utf8))).base64EncodedString())'"
                }
                #expect(policy.contains("\(element)-src \(hashes.joined(separator: " "));"))
            }
            // Self-contained: nothing is fetched from elsewhere, and no handler stands in an attribute.
            #expect(answer.text.matches(of: /(src|href)="(https?:)?\/\//).isEmpty)
            #expect(answer.text.matches(of: /\son[a-z]+="/).isEmpty)
            #expect(try await service.get("/", [.accept: "image/png"]).status == 406)
        }
    }

    @Test func digestIsSHA256() {
        #expect(
            SHA256Digest.hexadecimal("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(SHA256Digest.of([]).count == 32)
    }

    @Test func contractIsTheRepositorys() async throws {
        let file = try Data(contentsOf: Fixture.repository.appending(path: "openapi.yaml"))
        try await TestService.runIdle { service in
            let answer = try await service.get("/openapi.yaml")
            #expect(answer["Content-Type"] == "application/yaml")
            #expect(Data(answer.bytes) == file)
            let tag = try #require(answer["ETag"])
            #expect(try await service.get("/openapi.yaml", [.ifNoneMatch: tag]).status == 304)
            let packed = try await service.get("/openapi.yaml", [.acceptEncoding: "gzip"])
            #expect(packed["Content-Encoding"] == "gzip")
            #expect(packed["ETag"] != tag)
            #expect(packed.bytes.count < file.count / 2)
        }
    }

    /// Every route that the contract has is there, and none answers with what the contract does not have.
    @Test func contractAndRoutesAgree() async throws {
        let text = try String(contentsOf: Fixture.repository.appending(path: "openapi.yaml"), encoding: .utf8)
        let paths = text.split(separator: "\n").compactMap { line in
            try? #/  (/[^ ]*):/#.wholeMatch(in: line).map { String($0.output.1) }
        }
        #expect(paths.count >= 17)
        try await TestService.runIdle { service in
            for path in paths {
                let target = path.replacing("{id}", with: "vid_00000000000000000000000000")
                    .replacing("{name}", with: "tiny").replacing("{segment}", with: "0").replacing("{frame}", with: "0")
                let response = await service.response(.options, target)
                #expect(response.status.code == 204, "\(path)")
                #expect(response.route == path)
            }
        }
    }

    @Test func browsersAreKeptFromGuessing() async throws {
        try await TestService.runIdle { service in
            for target in ["/", "/v1/videos", "/healthz", "/nowhere"] {
                let answer = try await service.get(target)
                #expect(answer["X-Content-Type-Options"] == "nosniff")
                #expect(answer["Referrer-Policy"] == "no-referrer")
                #expect(answer["Content-Security-Policy"] != nil)
            }
        }
    }
}
