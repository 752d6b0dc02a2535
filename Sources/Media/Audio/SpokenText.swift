import Engine
import Foundation

/// A text that can be read aloud.
public struct SpokenText: Hashable, Sendable {
    /// Without space around it, and without what the synthesiser would take for commands.
    public let text: String

    /// - Parameter name: what errors call it.
    /// - Throws: `.invalidValue` for a text that is empty, longer than `MediaLimits.textCharacters`, or has control
    ///   characters other than tabs and line breaks.
    public init(_ text: String, name: String = "text") throws(EngineError) {
        guard text.unicodeScalars.count <= MediaLimits.textCharacters else {
            throw EngineError(
                .invalidValue, name, found: "\(text.unicodeScalars.count) characters",
                expected: "\(MediaLimits.textCharacters) at most", remedy: "split it")
        }
        // Some of them are commands to the synthesiser.
        let breaks: Set<Unicode.Scalar> = ["\t", "\n", "\r"]
        if let control = text.unicodeScalars.first(where: {
            $0.properties.generalCategory == .control && !breaks.contains($0)
        }) {
            throw EngineError(
                .invalidValue, name, found: String(format: "the control character U+%04X", control.value),
                expected: "text", remedy: "remove it")
        }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty else {
            throw EngineError(.invalidValue, name, found: "nothing to say", expected: "a sentence")
        }
        // What follows two brackets is taken for phonemes, not for words.
        self.text = trimmed.replacing("[[", with: "[ [")
    }
}
