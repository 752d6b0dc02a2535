import CKernels

/// Changes a signal's sample rate by band-limited interpolation: each new sample is a sum over the old ones around it,
/// weighted by a windowed sinc (J. O. Smith, "Digital Audio Resampling"), exactly as resampy's `resample` does it.
///
/// Two details of resampy decide the last digits and are kept: the step through the table is truncated to an integer
/// when the rate goes down, and the two wings of the sinc are summed apart.
struct Resampler {
    private let sourceRate: Int
    private let targetRate: Int
    private let precision: Int
    /// 1, or the ratio of the rates when the rate goes down: the sinc is then stretched so that nothing aliases.
    private let scale: Double
    /// Table entries from one sample to the next.
    private let step: Int
    /// Entries of the table.
    private let entries: Int
    /// Entries in a row of the wings below.
    private let rowLength: Int
    /// `[step + 1, rowLength]`: the table's entries `step` apart, so that the weights of consecutive samples lie side
    /// by side; row `r + 1` holds what row `r` is interpolated towards. The right wing runs forwards in time.
    private let rightWing: [Double]
    /// The same with every row reversed: the left wing runs backwards in time.
    private let leftWing: [Double]

    /// - Parameter sourceRate: samples a second, within `Waveform.sampleRates`.
    init(from sourceRate: Int, to targetRate: Int = MelCepstrum.sampleRate, filter: InterpolationFilter = .kaiserBest) {
        self.sourceRate = sourceRate
        self.targetRate = targetRate
        let ratio = Double(targetRate) / Double(sourceRate)
        precision = filter.precision
        scale = min(1, ratio)
        step = Int(scale * Double(precision))
        precondition(step > 0, "the rates are too far apart for the filter's table")
        entries = filter.halfWindow.count
        rowLength = (entries + step - 1) / step + 1
        var right = [Double](repeating: 0, count: (step + 1) * rowLength)
        for row in 0...step {
            for column in 0..<rowLength {
                // Past its end resampy takes the table for constant.
                let index = min(row + column * step, entries - 1)
                right[row * rowLength + column] = filter.halfWindow[index] * scale
            }
        }
        rightWing = right
        var left = right
        for row in 0...step { left[(row * rowLength)..<((row + 1) * rowLength)].reverse() }
        leftWing = left
    }

    /// Samples that a signal of `count` has afterwards.
    func outputCount(for count: Int) -> Int {
        sourceRate == targetRate ? count : Int(Double(count) * Double(targetRate) / Double(sourceRate))
    }

    /// The resampled signal, truncated to integers.
    ///
    /// A sample beyond 16 bits wraps around, as it does in the release: a recording that clips clicks there, too.
    /// - Parameter isCanceled: asked every few milliseconds.
    /// - Throws: `EngineError` `.canceled`.
    func resample(_ samples: [Int16], isCanceled: () -> Bool = { false }) throws(EngineError) -> [Int16] {
        guard sourceRate != targetRate else { return samples }
        let count = outputCount(for: samples.count)
        var output = [Int16](repeating: 0, count: count)
        for start in stride(from: 0, to: count, by: 1 << 14) {
            if isCanceled() { throw .speechCanceled }
            for index in start..<min(start + 1 << 14, count) {
                output[index] = Int16(truncatingIfNeeded: Int(value(at: index, of: samples)))
            }
        }
        return output
    }

    /// One sample of the resampled signal before it is truncated.
    func value(at index: Int, of samples: [Int16]) -> Double {
        let time = Double(index) * (1 / (Double(targetRate) / Double(sourceRate)))
        let sample = Int(time)
        let fraction = scale * (time - Double(sample))
        let past = Wing(from: fraction, available: sample + 1, in: self)
        let future = Wing(from: scale - fraction, available: samples.count - sample - 1, in: self)
        let pastStart = (past.row + 1) * rowLength - past.column - past.count
        let futureStart = future.row * rowLength + future.column
        return samples.withUnsafeBufferPointer { samples in
            sum(leftWing, pastStart, past, samples.baseAddress! + (sample + 1 - past.count))
                + sum(rightWing, futureStart, future, samples.baseAddress! + (sample + 1))
        }
    }

    /// Where the weights of the samples on one side lie.
    private struct Wing {
        let row: Int
        let column: Int
        let count: Int
        /// How far the weights lie towards the next row, in [0, 1).
        let eta: Double

        /// - Parameter outwards: the nearest sample's distance in zero crossings.
        /// - Parameter available: samples on this side.
        init(from outwards: Double, available: Int, in resampler: Resampler) {
            let index = outwards * Double(resampler.precision)
            let entry = Int(index)
            row = entry % resampler.step
            column = entry / resampler.step
            count = max(0, min(available, (resampler.entries - entry) / resampler.step))
            eta = index - Double(entry)
        }
    }

    private func sum(_ table: [Double], _ start: Int, _ wing: Wing, _ samples: UnsafePointer<Int16>) -> Double {
        table.withUnsafeBufferPointer { table in
            let near = table.baseAddress! + start
            return SpeechKernels.best.wing(near, near + rowLength, wing.eta, samples, wing.count)
        }
    }
}
