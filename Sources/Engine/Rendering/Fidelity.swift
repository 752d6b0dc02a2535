import Foundation

/// Peak signal-to-noise ratio of colours, each clipped to [0, 1] as they are shown.
enum Fidelity {
    /// In dB, at most 150.
    static func psnr(_ a: [SIMD3<Float>], _ b: [SIMD3<Float>]) -> Double {
        precondition(a.count == b.count && !a.isEmpty)
        var sum = 0.0
        for (x, y) in zip(a, b) {
            let d = x.clamped(lowerBound: .zero, upperBound: .one) - y.clamped(lowerBound: .zero, upperBound: .one)
            sum += Double((d * d).sum())
        }
        return min(150, -10 * log10(sum / Double(3 * a.count)))
    }
}
