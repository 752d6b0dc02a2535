/// How much two signals have in common where one is shifted against the other.
struct LagCorrelation: Sendable, Hashable {
    /// Pearson's, of where the signals overlap; negative where one rises when the other falls.
    let correlation: Double
    /// Steps by which the signal is behind the reference; negative where it is ahead.
    let lag: Int

    /// The shift, by at most `reach` steps, at which the correlation is largest, its sign aside; of equals the smallest shift.
    ///
    /// - Parameters:
    ///   - signal: as long as the reference.
    ///   - reach: cut to what leaves an overlap of half of the signals.
    /// - Returns: nil where either signal never changes.
    static func best(of signal: [Double], against reference: [Double], within reach: Int) -> LagCorrelation? {
        let limit = min(reach, signal.count / 2)
        var best: LagCorrelation?
        for lag in (-limit...limit).sorted(by: { abs($0) < abs($1) }) {
            let ahead = max(0, -lag)
            let overlap = signal.count - abs(lag)
            let part = signal[ahead + lag..<ahead + lag + overlap]
            guard let value = correlation(part, reference[ahead..<ahead + overlap]) else { continue }
            if abs(value) > abs(best?.correlation ?? 0) { best = LagCorrelation(correlation: value, lag: lag) }
        }
        return best
    }

    /// What chance gives: the best correlation, its sign aside, that 95 % of the reference's rotations by more than the reach
    /// stay under. A rotated reference keeps its pace, which is what makes slow signals correlate by chance.
    ///
    /// - Returns: nil where the signals are too short for twenty rotations.
    static func chance(of signal: [Double], against reference: [Double], within reach: Int) -> Double? {
        let turns = Array((2 * reach + 1)..<max(2 * reach + 1, reference.count - 2 * reach))
        guard turns.count >= 20 else { return nil }
        let found = turns.map { turn in
            abs(
                best(of: signal, against: Array(reference[turn...] + reference[..<turn]), within: reach)?.correlation
                    ?? 0)
        }
        return found.sorted()[found.count * 95 / 100]
    }

    private static func correlation(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double? {
        let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
        var (product, squareA, squareB) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            product += (x - meanA) * (y - meanB)
            squareA += (x - meanA) * (x - meanA)
            squareB += (y - meanB) * (y - meanB)
        }
        // What rounding leaves of signals that never change is no signal.
        guard squareA > 1e-18 * Double(a.count), squareB > 1e-18 * Double(b.count) else { return nil }
        return product / (squareA * squareB).squareRoot()
    }
}
