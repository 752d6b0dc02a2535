import Foundation

/// The taps of a Lanczos filter along one axis: how each output pixel is made of input pixels.
///
/// When shrinking, the kernel is stretched by the scale, so that it averages what falls into a pixel instead of picking
/// from it.
struct ResamplingFilter {
    /// Lobes of the windowed sinc.
    private static let lobes = 3.0

    /// The first input pixel of each output pixel.
    private(set) var starts: [Int] = []
    /// `taps` weights for each output pixel, adding up to 1.
    private(set) var weights: [Float] = []
    /// Weights stored for an output pixel; those beyond the picture's edge are zero.
    let taps: Int

    /// - Parameters:
    ///   - input: pixels of the source along this axis.
    ///   - window: the part of the source that the output covers, in source pixels.
    ///   - output: pixels of the result.
    init(input: Int, window: Range<Double>, output: Int) {
        let scale = (window.upperBound - window.lowerBound) / Double(output)
        let stretch = max(scale, 1)
        let support = Self.lobes * stretch
        taps = min(input, Int(support.rounded(.up)) * 2 + 1)
        for pixel in 0..<output {
            let center = window.lowerBound + (Double(pixel) + 0.5) * scale
            let first = max(0, min(Int((center - support + 0.5).rounded(.down)), input - taps))
            let row = (0..<taps).map { Self.lanczos((Double(first + $0) + 0.5 - center) / stretch) }
            let sum = row.reduce(0, +)
            starts.append(first)
            weights += row.map { Float($0 / sum) }
        }
    }

    private static func lanczos(_ x: Double) -> Double {
        if abs(x) >= lobes { return 0 }
        if x == 0 { return 1 }
        let angle = Double.pi * x
        return lobes * sin(angle) * sin(angle / lobes) / (angle * angle)
    }
}
