/// Tells a frame's coefficients from the field's values at a few points (gappy POD: Everson and Sirovich 1995).
///
/// `y = mean + A a` in the least-squares sense, each value weighted by how much it is seen; what is left over tells how well
/// the bake knows the frame.
struct ProbeSolver: Sendable, Codable {
    /// `[probes]` world positions.
    var positions: [SIMD3<Float>]
    /// `[4 * probes]`.
    var mean: [Float]
    var weight: [Float]
    /// `[4 * probes, global]`, weighted: what the coefficients make of the probes.
    var effect: [Float]
    /// `[global, 4 * probes]`: the coefficients from the weighted, centred values.
    var solution: [Float]
    /// Largest magnitude of each coefficient in training.
    var range: [Float]
    /// Root mean square of what was left over in training, in nearly all frames.
    var usualMisfit: Float

    var global: Int { range.count }

    /// Coefficients may exceed what training showed by this factor.
    static let stretch: Float = 1.25
    /// Times the usual misfit from which on a frame counts as unknown.
    static let strange: Float = 3

    /// - Parameters:
    ///   - effect: as above.
    ///   - noise: the standard deviation of what is left over, of full scale; coefficients vary with 1.
    init(positions: [SIMD3<Float>], mean: [Float], weight: [Float], effect: [Float], global: Int, noise: Float) {
        self.positions = positions
        self.mean = mean
        self.weight = weight
        self.effect = effect
        range = Array(repeating: .infinity, count: global)
        usualMisfit = .infinity
        let rows = mean.count
        var normal = SymmetricMatrix(size: global)
        for r in 0..<rows {
            for i in 0..<global {
                let a = Double(effect[r * global + i])
                for j in 0..<global { normal[i, j] += a * Double(effect[r * global + j]) }
            }
        }
        for i in 0..<global { normal[i, i] += Double(max(noise * noise, 1e-7)) }
        var right = [Double](repeating: 0, count: global * rows)
        for r in 0..<rows { for i in 0..<global { right[i * rows + r] = Double(effect[r * global + i]) } }
        solution = (normal.solve(right, columns: rows) ?? right).map(Float.init)
    }

    /// - Parameters:
    ///   - values: `[4 * probes]`; overwritten with what is left over.
    ///   - coefficients: `[global]`, limited to what training showed and a bit.
    /// - Returns: the root mean square of what is left over, of full scale.
    func solve(_ values: UnsafeMutablePointer<Float>, into coefficients: UnsafeMutablePointer<Float>) -> Float {
        let (rows, global) = (mean.count, global)
        for r in 0..<rows { values[r] = (values[r] - mean[r]) * weight[r] }
        solution.withUnsafeBufferPointer { solution in
            for g in 0..<global {
                var sum = SIMD8<Float>()
                let row = UnsafeRawPointer(solution.baseAddress! + g * rows)
                var r = 0
                while r + 8 <= rows {
                    sum +=
                        row.loadUnaligned(fromByteOffset: 4 * r, as: SIMD8<Float>.self)
                        * UnsafeRawPointer(values + r).loadUnaligned(as: SIMD8<Float>.self)
                    r += 8
                }
                var rest = sum.sum()
                while r < rows {
                    rest += solution[g * rows + r] * values[r]
                    r += 1
                }
                let limit = Self.stretch * range[g]
                coefficients[g] = min(max(rest, -limit), limit)
            }
        }
        var left: Float = 0
        effect.withUnsafeBufferPointer { effect in
            for r in 0..<rows {
                var sum: Float = 0
                for g in 0..<global { sum += effect[r * global + g] * coefficients[g] }
                values[r] -= sum
                left += values[r] * values[r]
            }
        }
        return (left / Float(max(rows, 1))).squareRoot()
    }

    /// Learns from training frames what is usual.
    mutating func calibrate(_ frames: [[Float]]) {
        var misfits: [Float] = []
        var found = [Float](repeating: 0, count: global)
        let global = global
        for var values in frames {
            let coefficients = values.withUnsafeMutableBufferPointer { values in
                [Float](unsafeUninitializedCapacity: global) { buffer, count in
                    misfits.append(solve(values.baseAddress!, into: buffer.baseAddress!))
                    count = global
                }
            }
            for g in 0..<global { found[g] = max(found[g], abs(coefficients[g])) }
        }
        range = found
        misfits.sort()
        usualMisfit = misfits.isEmpty ? .infinity : misfits[misfits.count * 99 / 100]
    }
}
