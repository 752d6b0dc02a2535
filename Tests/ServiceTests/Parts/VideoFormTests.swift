import Foundation
import HTTPServer
import Testing

@testable import Service

@Suite struct VideoFormTests {
    private func spec(_ fields: (String, String)...) throws -> VideoSpec {
        var form = VideoForm()
        for (name, text) in fields { try form.set(name, .text(text)) }
        return form.spec
    }

    @Test func theOutermostValuesAreTaken() throws {
        #expect(try spec(("size", "16")).width == 16)
        #expect(try spec(("size", "1024")).width == 1_024)
        #expect(try spec(("background", "#aBcDeF")).background == .color("#aBcDeF"))
        #expect(try spec(("background", "transparent")).background == .transparent)
        #expect(try spec(("pose_loop", "ping-pong")).poseLoop == .pingPong)
        #expect(try spec(("head_only", "true")).headOnly)
        #expect(try spec(("webhook", "https://a.example/b?c")).webhook == "https://a.example/b?c")
        let most = Dictionary(
            uniqueKeysWithValues: (0..<16).map {
                (String(repeating: "k", count: 62) + "\($0 + 10)", String(repeating: "ä", count: 512))
            })
        let json = String(decoding: try JSONText.encode(most), as: UTF8.self)
        #expect(try spec(("metadata", json)).metadata == most)
        #expect(try spec(("metadata", "{}")).metadata.isEmpty)
    }

    @Test func oneMoreIsRefused() throws {
        let many = Dictionary(uniqueKeysWithValues: (0..<17).map { ("\($0)", "") })
        let long = [String(repeating: "k", count: 65): ""]
        for object in [many, long] {
            let json = String(decoding: try JSONText.encode(object), as: UTF8.self)
            #expect(throws: HTTPError.self) { try spec(("metadata", json)) }
        }
        #expect(throws: HTTPError.self) { try spec(("background", "#abc")) }
        #expect(throws: HTTPError.self) {
            try spec(("webhook", "https://a.example/" + String(repeating: "b", count: 2_048)))
        }
    }

    /// curl sends any field as a file when told to.
    @Test func textMayComeAsAFile() throws {
        let folder = try TestFolder()
        var form = VideoForm()
        try form.set("size", .file(path: folder.write(Array("32".utf8), to: "a")))
        #expect(form.spec.width == 32)
        let binary = try folder.write([0xFF, 0xFE], to: "b")
        #expect(throws: HTTPError.self) { try form.set("size", .file(path: binary)) }
        let long = try folder.write([UInt8](repeating: 32, count: 1 << 20 + 1), to: "c")
        #expect(throws: HTTPError.self) { try form.set("metadata", .file(path: long)) }
    }

    /// Whatever comes is taken or refused with 422, on one line.
    @Test func anyTextIsTakenOrRefused() throws {
        var generator = SeededGenerator(seed: 7)
        let words = [
            "#", "transparent", "16", "1024", "{", "}", "\"", ":", "https://", "a", "ä", "\n", "\0", "[", "]", "@", "-",
            "9999999999", "true", "mp4", ".", "/", " ", "\u{1F600}",
        ]
        for _ in 0..<5_000 {
            let name = VideoForm.fields.randomElement(using: &generator) ?? ""
            let count = Int.random(in: 0..<8, using: &generator)
            let text = (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }.joined()
            var form = VideoForm()
            do {
                try form.set(name, .text(text))
            } catch let error as HTTPError {
                #expect(error.status == .unprocessableContent)
                #expect(error.detail.contains(name))
            }
        }
    }

    /// The request of a job is read again after a restart, by later versions, too.
    @Test func specsSurviveStorage() throws {
        var spec = VideoSpec(avatar: "tiny")
        spec.poses = .track("a")
        spec.background = .color("#102030")
        spec.metadata = ["a": "b"]
        #expect(try JSONDecoder().decode(VideoSpec.self, from: JSONEncoder().encode(spec)) == spec)
    }
}
