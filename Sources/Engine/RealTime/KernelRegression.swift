import Foundation

/// A smooth map from the torso's probes to its coefficients: linear, and Gaussian kernels on what that leaves
/// (Rasmussen and Williams 2006, section 2.7).
struct KernelRegression: Sendable, Codable {
    /// `[4 * probes]`.
    var mean: [Float]
    /// `[features, 4 * probes]`: principal directions of the probes.
    var directions: [Float]
    /// `[samples, features]`.
    var samples: [Float]
    /// `[features + 1, outputs]`: linear part, the constant last.
    var linear: [Float]
    /// `[samples, outputs]`.
    var weights: [Float]
    /// Of the Gaussian kernels.
    var length: Float
    /// Largest magnitude of each output in training.
    var range: [Float]
    /// Distance to the nearest sample from which on a frame counts as unknown.
    var farthest: Float
    /// Root mean square of the errors for samples that were left out, outputs having 1.
    var leftOut: Float

    var features: Int { directions.count / max(mean.count, 1) }
    var outputs: Int { range.count }
    var count: Int { samples.count / max(features, 1) }

    private static let mostFeatures = 96
    private static let lengths: [Double] = [2, 4, 8, 16]
    private static let noises: [Double] = [1e-5, 1e-4, 1e-3, 1e-2]

    /// - Parameters:
    ///   - probes: `[samples][4 * probes]`.
    ///   - targets: `[samples][outputs]`.
    init(probes: [[Float]], targets: [[Float]]) {
        let n = probes.count
        let inputs = probes[0].count
        let outputs = targets[0].count
        var mean = [Float](repeating: 0, count: inputs)
        for row in probes { for i in 0..<inputs { mean[i] += row[i] / Float(n) } }
        let centered = probes.map { row in (0..<inputs).map { row[$0] - mean[$0] } }
        var gram = SymmetricMatrix(size: n)
        for i in 0..<n {
            for j in 0...i {
                let dot = zip(centered[i], centered[j]).reduce(0) { $0 + Double($1.0 * $1.1) }
                gram[i, j] = dot
                gram[j, i] = dot
            }
        }
        let (values, vectors) = gram.eigen()
        let kept = min(Self.mostFeatures, n - 1, values.count { $0 > 1e-9 * values[0] })
        // The first direction has a mean square of 1; the others keep their proportion to it.
        let scale = Double(n).squareRoot() / max(values[0], 1e-30).squareRoot()
        var directions: [Float] = []
        for f in 0..<kept {
            let root = values[f].squareRoot()
            var direction = [Double](repeating: 0, count: inputs)
            for k in 0..<n {
                let share = vectors[f][k] / root
                for i in 0..<inputs { direction[i] += share * Double(centered[k][i]) }
            }
            directions += direction.map { Float($0 * scale) }
        }
        self.mean = mean
        self.directions = directions
        let features = (0..<n).map { k in
            (0..<kept).map { f in
                (0..<inputs).reduce(0) { $0 + Double(directions[f * inputs + $1]) * Double(centered[k][$1]) }
            }
        }
        samples = features.flatMap { $0.map(Float.init) }

        // Linear part, by ridge regression.
        let columns = kept + 1
        var normal = SymmetricMatrix(size: columns)
        var right = [Double](repeating: 0, count: columns * outputs)
        for k in 0..<n {
            let row = features[k] + [1]
            for i in 0..<columns {
                for j in 0..<columns { normal[i, j] += row[i] * row[j] }
                for o in 0..<outputs { right[i * outputs + o] += row[i] * Double(targets[k][o]) }
            }
        }
        for i in 0..<kept { normal[i, i] += 1e-2 }
        normal[kept, kept] += 1e-9
        let linear = normal.solve(right, columns: outputs) ?? [Double](repeating: 0, count: columns * outputs)
        self.linear = linear.map(Float.init)
        var rest = [Double](repeating: 0, count: n * outputs)
        for k in 0..<n {
            let row = features[k] + [1]
            for o in 0..<outputs {
                rest[k * outputs + o] =
                    Double(targets[k][o])
                    - (0..<columns).reduce(0) { $0 + row[$1] * linear[$1 * outputs + o] }
            }
        }

        // Kernels for the rest; the width and the noise with the least error for samples left out.
        var distances = SymmetricMatrix(size: n)
        var nearest = [Double](repeating: .infinity, count: n)
        for i in 0..<n {
            for j in 0..<i {
                let d = zip(features[i], features[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                distances[i, j] = d
                distances[j, i] = d
                nearest[i] = min(nearest[i], d)
                nearest[j] = min(nearest[j], d)
            }
        }
        var best: (error: Double, length: Double, weights: [Double])?
        for length in Self.lengths {
            for noise in Self.noises {
                var kernel = SymmetricMatrix(size: n)
                for i in 0..<n * n { kernel.values[i] = exp(-distances.values[i] / (2 * length * length)) }
                for i in 0..<n { kernel[i, i] += noise }
                var identity = [Double](repeating: 0, count: n * n)
                for i in 0..<n { identity[i * n + i] = 1 }
                guard let inverse = kernel.solve(identity, columns: n) else { continue }
                var weights = [Double](repeating: 0, count: n * outputs)
                var error = 0.0
                for i in 0..<n {
                    for j in 0..<n {
                        let f = inverse[i * n + j]
                        for o in 0..<outputs { weights[i * outputs + o] += f * rest[j * outputs + o] }
                    }
                    for o in 0..<outputs {
                        let left = weights[i * outputs + o] / inverse[i * n + i]
                        error += left * left
                    }
                }
                if best.map({ error < $0.error }) ?? true { best = (error, length, weights) }
            }
        }
        length = Float(best?.length ?? 1)
        weights = (best?.weights ?? [Double](repeating: 0, count: n * outputs)).map(Float.init)
        leftOut = Float(((best?.error ?? 0) / Double(n * outputs)).squareRoot())
        range = (0..<outputs).map { o in targets.reduce(0) { max($0, abs($1[o])) } }
        let usual = nearest.sorted()[n * 95 / 100]
        farthest = Float(4 * usual.squareRoot())
    }

    /// - Parameters:
    ///   - probes: `[4 * probes]`.
    ///   - work: `[features]`, overwritten.
    ///   - result: `[outputs]`, limited to what training showed and a bit.
    /// - Returns: whether the frame is like one of training.
    func evaluate(
        _ probes: UnsafePointer<Float>, work: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>
    ) -> Bool {
        let (inputs, features, outputs) = (mean.count, features, outputs)
        for f in 0..<features {
            var sum: Float = 0
            directions.withUnsafeBufferPointer { directions in
                mean.withUnsafeBufferPointer { mean in
                    for i in 0..<inputs { sum += directions[f * inputs + i] * (probes[i] - mean[i]) }
                }
            }
            work[f] = sum
        }
        var nearest = Float.infinity
        linear.withUnsafeBufferPointer { linear in
            for o in 0..<outputs {
                var sum = linear[features * outputs + o]
                for f in 0..<features { sum += linear[f * outputs + o] * work[f] }
                result[o] = sum
            }
        }
        let scale = -0.5 / (length * length)
        samples.withUnsafeBufferPointer { samples in
            weights.withUnsafeBufferPointer { weights in
                for k in 0..<samples.count / max(features, 1) {
                    var distance: Float = 0
                    for f in 0..<features {
                        let d = samples[k * features + f] - work[f]
                        distance += d * d
                    }
                    nearest = min(nearest, distance)
                    let kernel = expf(distance * scale)
                    for o in 0..<outputs { result[o] += kernel * weights[k * outputs + o] }
                }
            }
        }
        for o in 0..<outputs {
            let limit = ProbeSolver.stretch * range[o]
            result[o] = min(max(result[o], -limit), limit)
        }
        return nearest.squareRoot() <= farthest
    }
}
