import Foundation

@testable import Engine

/// How far two lists of as many values are apart.
enum Difference {
    /// Not a number anywhere counts as endlessly far.
    static func largest(_ a: [Float], _ b: [Float]) -> Float {
        guard a.count == b.count else { return .infinity }
        return zip(a, b).reduce(0) { worst, pair in
            let difference = abs(pair.0 - pair.1)
            return difference.isNaN ? .infinity : max(worst, difference)
        }
    }

    /// Share of the rows all of whose values agree.
    static func share(of rows: Int, _ a: [Float], _ b: [Float], within tolerance: Float) -> Double {
        guard a.count == b.count else { return 0 }
        let width = a.count / rows
        let good = (0..<rows).count {
            largest(Array(a[$0 * width..<($0 + 1) * width]), Array(b[$0 * width..<($0 + 1) * width])) <= tolerance
        }
        return Double(good) / Double(rows)
    }

    /// PSNR of values clipped to [0, 1], dB.
    static func psnr(_ a: [Float], _ b: [Float]) -> Double {
        guard a.count == b.count else { return 0 }
        let sum = zip(a, b).reduce(0.0) {
            let d = Double(min(max($1.0, 0), 1) - min(max($1.1, 0), 1))
            return $0 + d * d
        }
        return -10 * log10(sum / Double(a.count))
    }
}

extension [SIMD3<Float>] {
    var flat: [Float] { flatMap { [$0.x, $0.y, $0.z] } }
}
