import Foundation

/// A range of numbers and round ones among them to write beside it.
struct Axis {
    let range: ClosedRange<Double>
    /// Ascending, within the range, a handful.
    let ticks: [Double]
    private let step: Double

    /// - Parameter values: what is to be shown; those that are not finite are left out.
    init(_ values: [Double]) {
        let known = values.filter(\.isFinite)
        let (low, high) = (known.min() ?? 0, known.max() ?? 1)
        // One value only: some room about it.
        let (first, last) = high > low ? (low, high) : (low - 1, high + 1)
        let rough = (last - first) / 6
        let power = pow(10, floor(log10(rough)))
        let step = ([1, 2, 5].first { $0 * power >= rough } ?? 10) * power
        let (start, end) = (floor(first / step), ceil(last / step))
        range = start * step...end * step
        ticks = (0...Int(end - start)).map { (start + Double($0)) * step }
        self.step = step
    }

    /// Where a value lies: 0 at the range's lower end, 1 at its upper.
    func share(_ value: Double) -> Double { (value - range.lowerBound) / (range.upperBound - range.lowerBound) }

    func text(_ tick: Double) -> String { String(format: "%.\(max(0, Int(-floor(log10(step)))))f", tick) }
}
