import Engine
import Foundation

/// What no training has seen, and what must not make garbage.
public enum OddCase: String, CaseIterable, Codable, Sendable {
    /// Features times 1.5: surer of every letter than any speech.
    case scaled = "features x 1.5"
    /// Letters exchanged for one another, the same in every frame.
    case permuted = "letters permuted"
    /// Normal noise on the features, as strong as they are.
    case noisy = "noise on features"
    /// The training's farthest poses, pushed 1.2 times as far from their mean.
    case pushed = "poses x 1.2"

    /// Poses on either side of a farthest one that are too like it: one second.
    private static let spacing = 25

    /// - Parameters:
    ///   - performance: of the features.
    ///   - frames: of the performance; for each there is a request.
    ///   - seed: of the permutation and of the noise.
    public func requests(
        of performance: Performance, features: SpeechFeatures, frames: [Int], seed: UInt64
    ) -> [FrameRequest] {
        var requests = frames.map(performance.request)
        if self == .pushed {
            let track = performance.avatar.trainingTrack.poses
            let spread = PoseSpread(track)
            let poses = spread.farthest(frames.count, of: track, spacing: Self.spacing)
            for k in requests.indices { requests[k].pose = spread.pushed(poses[k % poses.count], by: 1.2) }
        } else {
            let codes = performance.avatar.codes(
                features: altered(features, seed: seed), schedule: performance.schedule)
            for (k, frame) in frames.enumerated() { requests[k].code = codes[frame] }
        }
        return requests
    }

    /// The features as this case has them.
    func altered(_ features: SpeechFeatures, seed: UInt64) -> SpeechFeatures {
        var random = SeededRandom(seed: seed)
        let values = features.values
        switch self {
        case .pushed: return features
        case .scaled: return SpeechFeatures(count: features.count, values: values.map { 1.5 * $0 })
        case .permuted:
            let size = SpeechFeatures.characters
            let order = (0..<size).shuffled(using: &random)
            return SpeechFeatures(
                count: features.count, values: values.indices.map { values[$0 / size * size + order[$0 % size]] })
        case .noisy:
            let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
            let square = values.reduce(0.0) { $0 + pow(Double($1) - mean, 2) } / Double(values.count)
            let deviation = square.squareRoot()
            return SpeechFeatures(
                count: features.count, values: values.map { $0 + Float(deviation * Self.normal(&random)) })
        }
    }

    /// Box and Muller's.
    private static func normal(_ random: inout SeededRandom) -> Double {
        let radius = (-2 * log(Double.random(in: .leastNonzeroMagnitude...1, using: &random))).squareRoot()
        return radius * cos(Double.random(in: 0..<2 * .pi, using: &random))
    }
}
