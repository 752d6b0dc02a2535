import Engine
import Foundation
import HTTPTypes
import Studio
import Testing

@testable import Service

/// `POST /v1/features`
@Suite struct FeatureTests {
    private func numbers(_ answer: Answer) throws -> Tensor {
        try NumpyFile.read(bytes: answer.bytes, subject: "features")
    }

    /// The same numbers as `adnerf features` writes.
    @Test func featuresAreTheCommands() async throws {
        try await TestService.runIdle { service in
            let expected = try SpeechReader.features(
                audio: Fixture.path("speech/mono.wav"), graph: Fixture.path("speech/narrow.pb"), threads: 2,
                isCanceled: { false })
            let answer = try await service.post(
                "/v1/features", [.contentType: "audio/wav"], body: Fixture.recording)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer["Content-Type"] == "application/octet-stream")
            #expect(answer["Content-Disposition"]?.contains("features.npy") == true)
            #expect(try numbers(answer).shape == [expected.count, 16, 29])
            #expect(try numbers(answer).values == expected.values)

            let form: FormBody = ["audio": .file(try Fixture.recording)]
            let other = try await service.post(
                "/v1/features", [.contentType: FormBody.contentType], body: form.bytes)
            #expect(other.bytes == answer.bytes)
        }
    }

    @Test func refusals() async throws {
        try await TestService.runIdle(settings: { $0.maximumDuration = 1 }) { service in
            let wave: HTTPFields = [.contentType: "audio/wav"]
            func post(_ form: FormBody) async throws -> Answer {
                try await service.post("/v1/features", [.contentType: FormBody.contentType], body: form.bytes)
            }
            try await service.post("/v1/features", body: [1])
                .expectProblem(415, "unsupported-media-type", "no Content-Type")
            try await service.post("/v1/features", [.contentType: "application/json"], body: [1])
                .expectProblem(415, "unsupported-media-type", "application/json")
            try await service.post("/v1/features", [.contentType: "audio/wav", .accept: "text/plain"], body: [1])
                .expectProblem(406, "not-acceptable")
            try await service.post("/v1/features", wave, body: Array("no recording".utf8))
                .expectProblem(422, "invalid-field", "audio")
            try await service.post("/v1/features", wave).expectProblem(411, "length-required", "Content-Length")
            try await service.post("/v1/features", wave, body: Fixture.silence(seconds: 3))
                .expectProblem(422, "invalid-field", "audio: 3.0 seconds, expected at most 1")
            try await post(["other": .text("x")]).expectProblem(422, "invalid-field", "other: an unknown field")
            try await post([:]).expectProblem(422, "invalid-field", "audio: nothing")
            try await post(["audio": .text("x")]).expectProblem(422, "invalid-field", "audio: nothing")
        }
    }

    @Test func withoutAModelThereAreNone() async throws {
        var options = TestService.Options()
        options.hasSpeechModel = false
        try await TestService.runIdle(options) { service in
            try await service.post("/v1/features", [.contentType: "audio/wav"], body: Fixture.recording)
                .expectProblem(503, "no-speech-model", "--deepspeech")
        }
    }

    /// The only graph among the avatars is the model.
    @Test func modelsAreFoundBesideTheAvatars() throws {
        let folder = try TestFolder()
        let none = ShippedFiles(executable: "/nowhere/bin/adnerf")
        #expect(!SpeechModel(path: nil, avatars: folder.path, shipped: none).isConfigured)
        try folder.write([1], to: "a.pb")
        #expect(SpeechModel(path: nil, avatars: folder.path, shipped: none).path == folder.file("a.pb"))
        #expect(SpeechModel(path: "b.pb", avatars: folder.path, shipped: none).path == "b.pb")
        try folder.write([1], to: "c.pb")
        #expect(!SpeechModel(path: nil, avatars: folder.path, shipped: none).isConfigured)
    }
}
