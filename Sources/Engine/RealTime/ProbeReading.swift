/// Reads a field's values at probe points.
enum ProbeReading {
    /// Writes for the points `range` four values each, in [0, 1], as they are baked, at their places.
    static func read(
        _ points: [SIMD3<Float>], _ range: Range<Int>, eye: SIMD3<Float>, condition: FloatBuffer, densest: Float,
        evaluator: PointEvaluator, into values: UnsafeMutablePointer<Float>
    ) {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: PointEvaluator.batch) {
            let part = start..<min(start + PointEvaluator.batch, range.upperBound)
            evaluator.begin()
            for k in part { evaluator.add(points[k], from: eye) }
            evaluator.evaluate(condition)
            for k in part {
                let value = PointEvaluator.baked(evaluator.raw.base + 4 * (k - part.lowerBound), densest: densest)
                for channel in 0..<4 { values[4 * k + channel] = value[channel] }
            }
        }
    }

    /// `[frames][4 * points]`, several frames at once.
    static func values(
        _ points: [SIMD3<Float>], eyes: [SIMD3<Float>], conditions: [FloatBuffer], network: FaceNeRF, densest: Float,
        threads: Int
    ) -> [[Float]] {
        let size = 4 * points.count
        let all = FloatBuffer(count: size * eyes.count)
        let workers = (0..<threads).map { _ in PointEvaluator(network) }
        Parallel.run(threads: threads, pieces: eyes.count) { worker, frame in
            read(
                points, points.indices, eye: eyes[frame], condition: conditions[frame], densest: densest,
                evaluator: workers[worker], into: all.base + frame * size)
        }
        return eyes.indices.map { Array(UnsafeBufferPointer(start: all.base + $0 * size, count: size)) }
    }

    /// Differences from the mean; colours as far as their point is ever opaque.
    static func weighted(_ values: [[Float]]) -> [[Float]] {
        let size = values[0].count
        var mean = [Float](repeating: 0, count: size)
        var peak = [Float](repeating: 0, count: size)
        for frame in values {
            for i in 0..<size {
                mean[i] += frame[i] / Float(values.count)
                peak[i] = max(peak[i], frame[i])
            }
        }
        let weight = (0..<size).map { i in
            i % 4 == 3 ? 1 : BakedScale.opacity(peak[i / 4 * 4 + 3])
        }
        return values.map { frame in (0..<size).map { weight[$0] * (frame[$0] - mean[$0]) } }
    }
}
