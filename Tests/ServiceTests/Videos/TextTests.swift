import Foundation
import Testing

@testable import Service

/// Videos of a text that is read aloud.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/espeak-ng"))) struct TextTests {
    @Test func aTextBecomesAVideo() async throws {
        try await TestService.run { service in
            let job = try await service.ended(service.submit(["text": .text("Hi."), "size": .text("16")]))
            guard case .object(let members) = job, case .object(let timings)? = members["timings"] else {
                Issue.record("no job: \(job)")
                return
            }
            #expect(members["status"] == .string("completed"), "\(job)")
            #expect(timings["voice"] != nil && timings["soundtrack"] != nil)
        }
    }

    @Test func conflictsAreRefused() async throws {
        try await TestService.runIdle { service in
            try await service.create(["text": .text("Hi."), "audio": .file(Fixture.recording)])
                .expectProblem(422, "invalid-field", "text: text and audio")
            try await service.create(["voice": .text("de"), "audio": .file(Fixture.recording)])
                .expectProblem(422, "invalid-field", "voice: a voice without words")
            try await service.create(["text": .text("  ")]).expectProblem(422, "invalid-field", "text: nothing to say")
            try await service.create(["text": .text("Hi."), "speed": .text("9")])
                .expectProblem(422, "invalid-field", "speed: '9'")
            try await service.create(["text": .text("Hi."), "voice": .text("tlh-en")])
                .expectProblem(422, "invalid-field", "voice: the unknown voice 'tlh-en'")
            try await service.create(json: #"{"text": "Hi.", "speed": 120, "pitch": "x"}"#)
                .expectProblem(422, "invalid-field", "pitch")
        }
    }

    @Test func voicesAreListed() async throws {
        try await TestService.runIdle { service in
            let answer = try await service.get("/v1/voices")
            #expect(answer.status == 200 && answer.text.contains(#""name":"en-us""#))
        }
    }
}
