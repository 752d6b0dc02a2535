import Foundation

/// How faithful colours are, as peak signal-to-noise ratio in dB, each colour clipped to [0, 1] as it is shown.
///
/// Rays are a sample of a picture, and a few of them make most of the error; so besides the ratio on the rays at hand there is
/// what the whole picture's is likely between, two standard errors of the squared error either way.
struct Fidelity: Sendable, Equatable {
    /// On the rays at hand.
    let measured: Double
    /// Under what the whole picture's is likely to be, and over it.
    let low: Double
    let high: Double

    private static let most = 150.0

    /// - Parameters: as many colours as truths, at least one.
    init(_ colors: [SIMD3<Float>], truth: [SIMD3<Float>]) {
        precondition(colors.count == truth.count && !colors.isEmpty)
        let errors = zip(colors, truth).map { color, exact in
            let d =
                color.clamped(lowerBound: .zero, upperBound: .one) - exact.clamped(lowerBound: .zero, upperBound: .one)
            return Double((d * d).sum()) / 3
        }
        let count = Double(errors.count)
        let mean = errors.reduce(0, +) / count
        let variance = errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)
        let doubt = 2 * (variance / count).squareRoot()
        measured = Self.decibels(mean)
        low = Self.decibels(mean + doubt)
        high = Self.decibels(max(mean - doubt, 0))
    }

    private static func decibels(_ meanSquare: Double) -> Double { min(most, -10 * log10(meanSquare)) }
}
