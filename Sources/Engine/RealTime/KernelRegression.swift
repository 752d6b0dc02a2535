import Foundation

/// A smooth map from what is known of a frame to its torso's coefficients: linear, and Gaussian kernels on what that leaves
/// (Rasmussen and Williams 2006, section 2.7).
struct KernelRegression: Sendable, Codable {
    /// `[inputs]`.
    var mean: [Float]
    /// `[features, inputs]`: principal directions of the inputs.
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
    /// Samples that principal directions are found from.
    private static let mostPrincipal = 240
    private static let lengths: [Double] = [1, 2, 4, 8]
    private static let noises: [Double] = [1e-4, 1e-3, 1e-2]

    /// - Parameters:
    ///   - inputs: `[samples][inputs]`.
    ///   - scales: what each input is multiplied by before distances are taken.
    ///   - targets: `[samples][outputs]`.
    init(inputs: [[Float]], scales: [Float], targets: [[Float]], threads: Int) {
        let n = inputs.count
        let (size, outputs) = (inputs[0].count, targets[0].count)
        var mean = [Float](repeating: 0, count: size)
        for row in inputs { for i in 0..<size { mean[i] += row[i] / Float(n) } }
        let centered = inputs.map { row in (0..<size).map { (row[$0] - mean[$0]) * scales[$0] } }
        let found = Self.principal(FrameChoice.spread(centered, count: Self.mostPrincipal))
        self.mean = mean
        directions = found.flatMap { direction in zip(direction, scales).map { Float($0) * $1 } }
        let features = centered.map { row in
            found.map { direction in zip(direction, row).reduce(0) { $0 + $1.0 * Double($1.1) } }
        }
        samples = features.flatMap { $0.map(Float.init) }
        let linear = Self.linear(features, targets)
        self.linear = linear.map(Float.init)
        let rest = Self.rest(features, targets, linear)
        let distances = SquaredDistances(features)
        let fits = FitResults(count: Self.lengths.count * Self.noises.count)
        Parallel.run(threads: threads, pieces: fits.count) { _, k in
            fits.base[k] = Self.kernels(
                distances, rest, outputs, length: Self.lengths[k / Self.noises.count],
                noise: Self.noises[k % Self.noises.count])
        }
        let best = fits.array.compactMap(\.self).min { ($0.error, $1.length) < ($1.error, $0.length) }
        length = Float(best?.length ?? 1)
        weights = (best?.weights ?? [Double](repeating: 0, count: n * outputs)).map(Float.init)
        leftOut = Float(((best?.error ?? 0) / Double(n * outputs)).squareRoot())
        range = (0..<outputs).map { o in targets.reduce(0) { max($0, abs($1[o])) } }
        let usual = distances.nearest.sorted()[n * 95 / 100]
        farthest = Float(4 * usual.squareRoot())
    }

    /// Principal directions of centred rows; along the first they have a mean square of 1, the others keep their proportion to it.
    private static func principal(_ rows: [[Float]]) -> [[Double]] {
        let (n, size) = (rows.count, rows[0].count)
        var gram = SymmetricMatrix(size: n)
        for i in 0..<n {
            for j in 0...i {
                let dot = zip(rows[i], rows[j]).reduce(0) { $0 + Double($1.0 * $1.1) }
                gram[i, j] = dot
                gram[j, i] = dot
            }
        }
        let (values, vectors) = gram.eigen()
        let scale = Double(n).squareRoot() / max(values[0], 1e-30).squareRoot()
        return (0..<min(mostFeatures, n - 1, values.count { $0 > 1e-9 * values[0] })).map { f in
            let root = values[f].squareRoot()
            var direction = [Double](repeating: 0, count: size)
            for k in 0..<n {
                let share = vectors[f][k] / root * scale
                for i in 0..<size { direction[i] += share * Double(rows[k][i]) }
            }
            return direction
        }
    }

    /// `[features + 1, outputs]`, by ridge regression.
    private static func linear(_ features: [[Double]], _ targets: [[Float]]) -> [Double] {
        let (kept, outputs) = (features[0].count, targets[0].count)
        let columns = kept + 1
        var normal = SymmetricMatrix(size: columns)
        var right = [Double](repeating: 0, count: columns * outputs)
        for (row, target) in zip(features, targets) {
            let row = row + [1]
            for i in 0..<columns {
                for j in 0..<columns { normal[i, j] += row[i] * row[j] }
                for o in 0..<outputs { right[i * outputs + o] += row[i] * Double(target[o]) }
            }
        }
        for i in 0..<kept { normal[i, i] += 1e-2 }
        normal[kept, kept] += 1e-9
        return normal.solve(right, columns: outputs) ?? [Double](repeating: 0, count: columns * outputs)
    }

    /// `[samples, outputs]`, what the linear part leaves.
    private static func rest(_ features: [[Double]], _ targets: [[Float]], _ linear: [Double]) -> [Double] {
        let outputs = targets[0].count
        return zip(features, targets).flatMap { row, target in
            var rest = target.map(Double.init)
            for (i, feature) in (row + [1]).enumerated() {
                for o in 0..<outputs { rest[o] -= feature * linear[i * outputs + o] }
            }
            return rest
        }
    }

    /// A fit of kernels, and the sum of its squared errors for samples that are left out.
    fileprivate struct Fit {
        var error: Double
        var length: Double
        var weights: [Double]
    }

    /// - Parameter rest: `[samples, outputs]`, what the linear part leaves.
    /// - Returns: nil if the kernels are not independent.
    private static func kernels(
        _ distances: SquaredDistances, _ rest: [Double], _ outputs: Int, length: Double, noise: Double
    ) -> Fit? {
        let n = distances.count
        var kernel = SymmetricMatrix(size: n)
        for i in 0..<n * n { kernel.values[i] = exp(-distances.values[i] / (2 * length * length)) }
        for i in 0..<n { kernel[i, i] += noise }
        var identity = [Double](repeating: 0, count: n * n)
        for i in 0..<n { identity[i * n + i] = 1 }
        guard let inverse = kernel.solve(identity, columns: n) else { return nil }
        var fit = Fit(error: 0, length: length, weights: [Double](repeating: 0, count: n * outputs))
        for i in 0..<n {
            for j in 0..<n {
                let f = inverse[i * n + j]
                for o in 0..<outputs { fit.weights[i * outputs + o] += f * rest[j * outputs + o] }
            }
            // Leave-one-out errors follow from the inverse (equation 5.12 there).
            for o in 0..<outputs {
                let left = fit.weights[i * outputs + o] / inverse[i * n + i]
                fit.error += left * left
            }
        }
        return fit
    }

    /// - Parameters:
    ///   - inputs: `[inputs]`.
    ///   - work: `[features]`, overwritten.
    ///   - result: `[outputs]`, limited to what training showed and a bit.
    /// - Returns: whether the frame is like one of training.
    func evaluate(
        _ inputs: UnsafePointer<Float>, work: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>
    ) -> Bool {
        let (size, features, outputs) = (mean.count, features, outputs)
        directions.withUnsafeBufferPointer { directions in
            mean.withUnsafeBufferPointer { mean in
                for f in 0..<features {
                    work[f] = Self.productOfDifference(
                        inputs, mean.baseAddress!, directions.baseAddress! + f * size, size)
                }
            }
        }
        linear.withUnsafeBufferPointer { linear in
            for o in 0..<outputs { result[o] = linear[features * outputs + o] }
            for f in 0..<features {
                for o in 0..<outputs { result[o] += linear[f * outputs + o] * work[f] }
            }
        }
        var nearest = Float.infinity
        let scale = -0.5 / (length * length)
        samples.withUnsafeBufferPointer { samples in
            weights.withUnsafeBufferPointer { weights in
                for k in 0..<samples.count / max(features, 1) {
                    let distance = Self.squaredDistance(samples.baseAddress! + k * features, work, features)
                    nearest = min(nearest, distance)
                    let kernel = expf(distance * scale)
                    guard kernel > 1e-7 else { continue }
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

    /// The sum of `(a - b) * c`, eight at a time.
    @inline(__always)
    private static func productOfDifference(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafePointer<Float>, _ count: Int
    ) -> Float {
        var sum = SIMD8<Float>()
        var i = 0
        while i + 8 <= count {
            sum += (eight(a + i) - eight(b + i)) * eight(c + i)
            i += 8
        }
        return (i..<count).reduce(sum.sum()) { $0 + (a[$1] - b[$1]) * c[$1] }
    }

    @inline(__always)
    private static func squaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
        var sum = SIMD8<Float>()
        var i = 0
        while i + 8 <= count {
            let d = eight(a + i) - eight(b + i)
            sum += d * d
            i += 8
        }
        return (i..<count).reduce(sum.sum()) { $0 + (a[$1] - b[$1]) * (a[$1] - b[$1]) }
    }

    @inline(__always)
    private static func eight(_ values: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(values).loadUnaligned(as: SIMD8<Float>.self)
    }
}

/// Between all samples, and of each to the nearest other.
private struct SquaredDistances: Sendable {
    let count: Int
    /// `[count, count]`.
    private(set) var values: [Double]
    private(set) var nearest: [Double]

    init(_ features: [[Double]]) {
        let n = features.count
        count = n
        values = [Double](repeating: 0, count: n * n)
        nearest = [Double](repeating: .infinity, count: n)
        for i in 0..<n {
            for j in 0..<i {
                let d = zip(features[i], features[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                values[i * n + j] = d
                values[j * n + i] = d
                nearest[i] = min(nearest[i], d)
                nearest[j] = min(nearest[j], d)
            }
        }
    }
}

/// Fits of several settings.
///
/// `@unchecked Sendable`: each is written by one worker.
private final class FitResults: @unchecked Sendable {
    let base: UnsafeMutablePointer<KernelRegression.Fit?>
    let count: Int

    init(count: Int) {
        self.count = count
        base = .allocate(capacity: count)
        base.initialize(repeating: nil, count: count)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    var array: [KernelRegression.Fit?] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
