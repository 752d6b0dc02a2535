import Engine
import Foundation

/// How far a mouth should be open in every frame of a video.
public struct MouthReference: Sendable {
    /// What reports call it.
    public let name: String
    /// One a frame of the video, in a unit of its own.
    public let values: [Double]

    /// The letters that a mouth opens for: a, e, i, o, u in DeepSpeech's alphabet (space, a to z, apostrophe, blank).
    private static let vowels = [1, 5, 9, 15, 21]
    /// The steps of a window that its frame lasts: one video frame is two steps.
    private static let steps = [SpeechFeatures.steps / 2 - 1, SpeechFeatures.steps / 2]
    /// Mouths move slower than letters do: weights of a frame's neighbours.
    private static let bell: [Double] = [0.25, 0.75, 1, 0.75, 0.25]

    /// From speech: how likely its letter is a vowel.
    ///
    /// - Parameter rows: for each frame the row of the features that it shows.
    public init(features: SpeechFeatures, rows: [Int]) {
        name = "the speech's vowels"
        let window = SpeechFeatures.steps * SpeechFeatures.characters
        let openness = rows.map { row in
            let likely = Self.steps.map { step in
                let start = row * window + step * SpeechFeatures.characters
                return Self.vowelness(features.values[start..<start + SpeechFeatures.characters])
            }
            return likely.reduce(0, +) / Double(likely.count)
        }
        values = Self.smooth(openness)
    }

    /// From a file of what the mouth did: an .npy, a row for each row of the features, of which the first column is how far the
    /// mouth was open.
    ///
    /// - Throws: `.unreadable`, `.malformed` and `.unsupported` as `NumpyFile`; `.inconsistent` for fewer rows than are shown;
    ///   `.invalidValue` for numbers that are not finite.
    public init(path: String, rows: [Int]) throws(EngineError) {
        let tensor = try NumpyFile.read(path: path)
        let needed = (rows.max() ?? -1) + 1
        let count = tensor.shape.first ?? 0
        guard count >= needed, count > 0, tensor.values.count >= count else {
            throw EngineError(
                .inconsistent, path, found: "\(count) rows",
                expected: "at least \(needed), one for each of the features",
                remedy: "remove the file or write it again")
        }
        let columns = tensor.values.count / count
        values = rows.map { Double(tensor.values[$0 * columns]) }
        guard values.allSatisfy(\.isFinite) else {
            throw EngineError(
                .invalidValue, path, found: "a number that is not finite", remedy: "remove the file or write it again")
        }
        name = URL(filePath: path).lastPathComponent
    }

    /// The softmax probability of the vowels.
    private static func vowelness(_ logits: ArraySlice<Float>) -> Double {
        let largest = logits.max() ?? 0
        let odds = logits.map { exp(Double($0 - largest)) }
        return vowels.reduce(0) { $0 + odds[$1] } / odds.reduce(0, +)
    }

    private static func smooth(_ values: [Double]) -> [Double] {
        let reach = bell.count / 2
        return values.indices.map { i in
            var (sum, weight) = (0.0, 0.0)
            for k in -reach...reach where values.indices.contains(i + k) {
                sum += bell[k + reach] * values[i + k]
                weight += bell[k + reach]
            }
            return sum / weight
        }
    }
}
