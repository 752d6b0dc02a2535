import Foundation

/// The right half of a Kaiser-windowed sinc, tabulated: what resampy calls a filter.
struct InterpolationFilter {
    /// Table entries from one zero crossing of the sinc to the next.
    let precision: Int
    /// `zeroCrossings * precision + 1` entries, from the sinc's centre outwards.
    let halfWindow: [Double]

    /// resampy's `kaiser_best`, as it has been since version 0.3: 50 zero crossings with 2^13 entries each.
    ///
    /// The reference's expected features are computed with it. Before, in the versions that the release was written
    /// for, the same name meant `kaiserBest2016`; the two differ by up to 0.3 in the normalised cepstra.
    static let kaiserBest = InterpolationFilter(
        zeroCrossings: 50, precision: 1 << 13, beta: 12.984585247040012, rollOff: 0.9173473712608761)

    /// `kaiser_best` of resampy 0.1 and 0.2: 64 zero crossings with 2^9 entries each.
    static let kaiserBest2016 = InterpolationFilter(
        zeroCrossings: 64, precision: 1 << 9, beta: 14.769656459379492, rollOff: 0.9475937167399596)

    /// - Parameter beta: the Kaiser window's.
    /// - Parameter rollOff: the pass band's edge, as a fraction of half the sample rate.
    init(zeroCrossings: Int, precision: Int, beta: Double, rollOff: Double) {
        self.precision = precision
        let last = zeroCrossings * precision
        let norm = Self.besselI0(beta)
        halfWindow = (0...last).map { index in
            let outwards = Double(index) / Double(last)
            let taper = Self.besselI0(beta * (1 - outwards * outwards).squareRoot()) / norm
            let phase = Double.pi * rollOff * Double(index) / Double(precision)
            return taper * rollOff * (index == 0 ? 1 : sin(phase) / phase)
        }
    }

    /// The modified Bessel function of the first kind and order zero, by its power series: all terms are positive, so
    /// that nothing cancels.
    private static func besselI0(_ x: Double) -> Double {
        var sum = 1.0
        var term = 1.0
        var k = 1.0
        while term > sum * 1e-17 {
            let factor = x / (2 * k)
            term *= factor * factor
            sum += term
            k += 1
        }
        return sum
    }
}
