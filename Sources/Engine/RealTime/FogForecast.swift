import Foundation

/// What a grid over everything that the cameras see could be worth at best, of a head that is nowhere empty.
///
/// The grid is as fine as can be afforded. Exact rays are held against the continuous integral of what such a grid gives
/// between its points, before a basis and 8 bits take more.
struct FogForecast {
    let fields: FieldPair
    let renderer: AcceleratedRenderer
    /// Points of the grid.
    let points: Int

    private static let rays = 240
    /// Samples of a ray in a distance between points.
    private static let samples: Float = 2

    /// - Returns: PSNR in dB.
    /// - Throws: `.canceled`.
    func measure(
        _ frames: [FrameRequest], _ sampling: SamplingOptions, threads: Int, seed: UInt64,
        isCanceled: @Sendable () -> Bool
    ) throws -> Double {
        var random = SplitMix(seed: seed)
        var (found, truth): ([SIMD3<Float>], [SIMD3<Float>]) = ([], [])
        for frame in frames {
            var frame = frame
            frame.headOnly = true
            frame.background = .color(.zero)
            let camera = frame.camera
            let pixels = (0..<Self.rays / frames.count).map { _ in
                Int.random(in: 0..<camera.width * camera.height, using: &random)
            }
            truth += try renderer.trace(frame, pixels: pixels, isCanceled: isCanceled)
            let view = FieldView(fields: fields, camera: camera, pose: frame.pose, condition: frame.code)
            let spacing = spacing(camera, sampling)
            let colors = ResultBuffer(count: pixels.count)
            let workers = (0..<threads).map { _ in PointEvaluator(fields.fine) }
            Parallel.run(threads: threads, pieces: pixels.count) { worker, ray in
                guard !isCanceled() else { return }
                let (x, y) = (pixels[ray] % camera.width, pixels[ray] / camera.width)
                colors.base[ray] = march(
                    view, view.rays.direction(x: Float(x), y: Float(y)), spacing, sampling, workers[worker])
            }
            if isCanceled() { throw EngineError(.canceled, "bake", found: "cancelled") }
            found += colors.array.map(\.foreground)
        }
        return Fidelity(found, truth: truth).measured
    }

    /// Distance between the points of a grid that fills what a camera sees.
    private func spacing(_ camera: Camera, _ sampling: SamplingOptions) -> Float {
        let area = Float(camera.width * camera.height) / (camera.focal * camera.focal)
        let volume = area * (powf(sampling.far, 3) - powf(sampling.near, 3)) / 3
        return cbrtf(volume / Float(points))
    }

    /// The continuous integral along one ray.
    private func march(
        _ view: FieldView, _ direction: SIMD3<Float>, _ spacing: Float, _ sampling: SamplingOptions,
        _ evaluator: PointEvaluator
    ) -> RayResult {
        let step = spacing / Self.samples
        var result = RayResult(foreground: .zero, lastWeight: 1)
        var depth = sampling.near + step / 2
        while depth < sampling.far, result.lastWeight > 1e-3 {
            let count = min(PointEvaluator.batch / 8, Int((sampling.far - depth) / step) + 1)
            let places = (0..<count).map { view.rays.origin + direction * (depth + Float($0) * step) }
            evaluator.begin()
            for place in places {
                let corner = (place / spacing).rounded(.down) * spacing
                for k in 0..<8 {
                    let offset = SIMD3(Float(k & 1), Float(k >> 1 & 1), Float(k >> 2)) * spacing
                    evaluator.add(corner + offset, from: view.rays.origin)
                }
            }
            evaluator.evaluate(view.fineCondition)
            for (k, place) in places.enumerated() {
                let raw = interpolated(
                    evaluator.raw.base + 32 * k, at: place / spacing - (place / spacing).rounded(.down))
                let left = result.lastWeight * expf(-max(raw.w, 0) * step * direction.length)
                let color = SIMD3(
                    VolumeRendering.sigmoid(raw.x), VolumeRendering.sigmoid(raw.y), VolumeRendering.sigmoid(raw.z))
                result.foreground += color * (result.lastWeight - left)
                result.lastWeight = left
            }
            depth += Float(count) * step
        }
        return result
    }

    private func interpolated(_ raw: UnsafePointer<Float>, at t: SIMD3<Float>) -> SIMD4<Float> {
        (0..<8).reduce(SIMD4<Float>()) { sum, k in
            let weight =
                (k & 1 == 0 ? 1 - t.x : t.x) * (k >> 1 & 1 == 0 ? 1 - t.y : t.y) * (k >> 2 == 0 ? 1 - t.z : t.z)
            return sum + SIMD4(raw[4 * k], raw[4 * k + 1], raw[4 * k + 2], raw[4 * k + 3]) * weight
        }
    }
}
