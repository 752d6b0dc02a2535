import Engine
import Studio

/// The speech model that a command uses.
enum SpeechGraph {
    /// - Parameter given: what `--deepspeech` says; nil for the one that is shipped.
    /// - Throws: `.unreadable` if there is none.
    static func path(_ given: String?) throws(EngineError) -> String {
        if let given = given ?? ShippedFiles().speechModel { return given }
        throw EngineError(
            .unreadable, "--deepspeech", found: "nothing, and no speech model is shipped with this program",
            expected: "a DeepSpeech 0.1.0 frozen graph", remedy: "pass --deepspeech GRAPH.pb")
    }
}
