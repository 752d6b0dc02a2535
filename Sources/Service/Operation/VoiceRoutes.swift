import Engine
import HTTPServer
import HTTPTypes
import Media

/// `/v1/voices`: who can read a text aloud.
struct VoiceRoutes: Sendable {
    let voices: VoiceCatalogue
    /// What makes lips follow a voice.
    let speech: SpeechModel

    func register(on router: inout Router) {
        router.on(.get, "/v1/voices", list)
    }

    private struct VoiceResource: Encodable, Sendable {
        var name: String
        var title: String
        var language: String
        @Explicit var gender: String? = nil
    }

    private struct VoiceListResource: Encodable, Sendable {
        let object = "list"
        var data: [VoiceResource]
    }

    private func list(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["application/json"])
        guard speech.isConfigured else {
            throw Self.refusal("there is no speech model; have the operator start it with --deepspeech")
        }
        let voices = voices
        do {
            let found = try await Blocking.run { try voices.list() }
            return try .json(
                VoiceListResource(
                    data: found.map {
                        VoiceResource(name: $0.name, title: $0.title, language: $0.language, gender: $0.gender)
                    }))
        } catch let error as EngineError {
            throw Self.refusal("\(error)")
        }
    }

    private static func refusal(_ reason: String) -> HTTPError {
        HTTPError(
            .serviceUnavailable, kind: "no-voice", detail: "this server reads no text aloud: \(reason)",
            fields: [.retryAfter: "3600"])
    }
}
