import Foundation

/// Points of the torso whose values tell its picture's coefficients.
struct TorsoProbes {
    let fields: AvatarFields
    let image: TorsoImage
    let grid: OccupancyGrid
    let near: Float
    let far: Float
    let shortestWave: Float
    let threads: Int

    /// Points on surfaces behind the pixels that tell most.
    ///
    /// - Parameter leverage: of every pixel of every block.
    func choose(
        _ leverage: [Float], frames: [FrameRequest], count: Int, seed: UInt64, isCanceled: @Sendable () -> Bool
    ) throws -> [SIMD3<Float>] {
        guard let first = frames.first else { return [] }
        let rays = CameraRays(camera: first.camera, pose: first.torsoPose)
        let places = ProbeChoice.candidates(leverage, count: max(count / 8, 1), seed: seed)
        var random = SplitMix(seed: seed &+ 1)
        let step = shortestWave / 6
        let depths = Array(stride(from: near + 0.5 * step, to: far, by: step))
        let conditions = frames.map { fields.torsoView($0).fineCondition }
        let evaluator = PointEvaluator(fields.torso.fine)
        var points: [SIMD3<Float>] = []
        for place in places {
            if isCanceled() { throw EngineError(.canceled, "bake", found: "cancelled") }
            guard let pixel = image.pixel(place % BakeBlock.points, ofBlock: place / BakeBlock.points) else { continue }
            let direction = rays.direction(x: Float(pixel.x), y: Float(pixel.y))
            let inside = depths.filter { grid.isOccupied(rays.origin + direction * $0) }
            guard !inside.isEmpty else { continue }
            var weights = [Float](repeating: 0, count: inside.count)
            for condition in conditions {
                var light: Float = 1
                for start in stride(from: 0, to: inside.count, by: PointEvaluator.batch) {
                    let part = start..<min(start + PointEvaluator.batch, inside.count)
                    evaluator.begin()
                    for k in part { evaluator.add(rays.origin + direction * inside[k], from: nil) }
                    evaluator.evaluate(condition, densityOnly: true)
                    for k in part {
                        let density = max(evaluator.raw[4 * (k - part.lowerBound) + 3], 0)
                        let left = light * expf(-density * step * direction.length)
                        weights[k] += light - left
                        light = left
                    }
                }
            }
            guard let best = weights.indices.max(by: { weights[$0] < weights[$1] }), weights[best] > 0.02 else {
                continue
            }
            let jitter = SIMD3(random.unit(), random.unit(), random.unit()) - 0.5
            points.append(rays.origin + direction * inside[best] + jitter * (shortestWave / 3))
        }
        return points
    }
}
