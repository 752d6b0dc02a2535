/// The network's inputs: for every step its cepstra between those of the nine steps before and after it, zeros beyond
/// the ends, all normalised by the mean and the deviation of the whole utterance's inputs.
///
/// Only the cepstra are kept, 208 bytes a step; rows are made as they are asked for.
struct ContextRows: Sendable {
    /// Steps of context on either side.
    static let context = 9
    /// Values of a row.
    static let width = (2 * context + 1) * MelCepstrum.coefficients

    /// Rows, one for every 20 ms.
    let count: Int
    private let cepstra: [Double]
    private let mean: Double
    private let deviation: Double

    /// - Parameter cepstra: `[count, 26]`, at least one row.
    ///
    /// The reference divides by zero where all inputs are equal, which takes one step whose cepstra are all zero,
    /// digital silence's not being so (their energy is -36). The deviation is then taken for 1, and the inputs are
    /// zeros.
    init(cepstra: [Double]) {
        self.cepstra = cepstra
        let steps = cepstra.count / MelCepstrum.coefficients
        count = steps
        // A step lies in the rows of all steps at most nine away, and the zeros beyond the ends fill what remains.
        let total = Double(steps) * Double(Self.width)
        var sum = 0.0
        var present = 0.0
        for step in 0..<steps {
            let weight = Self.rows(with: step, of: steps)
            present += weight * Double(MelCepstrum.coefficients)
            sum += weight * cepstra[Self.range(step)].reduce(0, +)
        }
        let mean = sum / total
        var squares = (total - present) * mean * mean
        for step in 0..<steps {
            let weight = Self.rows(with: step, of: steps)
            squares += weight * cepstra[Self.range(step)].reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        self.mean = mean
        deviation = squares > 0 ? (squares / total).squareRoot() : 1
    }

    private static func range(_ step: Int) -> Range<Int> {
        (step * MelCepstrum.coefficients)..<((step + 1) * MelCepstrum.coefficients)
    }

    private static func rows(with step: Int, of steps: Int) -> Double {
        Double(min(step + context, steps - 1) - max(step - context, 0) + 1)
    }

    /// Writes rows `[range.count, 494]`, `rows.stride` floats apart.
    func copy(_ range: Range<Int>, to rows: FloatRows) {
        for (index, step) in range.enumerated() {
            let row = rows[index]
            for position in 0..<(2 * Self.context + 1) {
                let source = step + position - Self.context
                for k in 0..<MelCepstrum.coefficients {
                    let value = source >= 0 && source < count ? cepstra[source * MelCepstrum.coefficients + k] : 0
                    row[position * MelCepstrum.coefficients + k] = Float((value - mean) / deviation)
                }
            }
        }
    }
}
