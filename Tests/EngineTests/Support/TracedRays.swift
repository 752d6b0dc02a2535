@testable import Engine

/// Some rays of a field with every stage that the reference records, by its names.
struct TracedRays: Sendable {
    /// Rows of values, one a ray.
    let stages: [String: [Float]]

    /// - Parameter pixels: flat indices into the request's picture.
    init(view: FieldView, request: FrameRequest, sampling: SamplingOptions, pixels: [Int]) throws {
        let (coarse, total) = (sampling.coarseSamples, sampling.totalSamples)
        let buffers = [
            "directions": 3, "raw_coarse": 4 * coarse, "weights_coarse": coarse, "rgb_coarse": 3, "z": total,
            "raw": 4 * total, "weights": total, "foreground": 3, "last_weight": 1, "rgb": 3,
        ].mapValues { FloatBuffer(count: $0 * pixels.count) }
        let composer = try FrameComposer(request)
        let tracer = TwoPassTracer(fields: view.fields, sampling: sampling, evaluatesEverything: true)
        let piece = 8
        Parallel.run(threads: 2, pieces: (pixels.count + piece - 1) / piece) { _, part in
            let some = pixels[part * piece..<min((part + 1) * piece, pixels.count)]
            let batch = RayBatch(capacity: piece, fields: view.fields, sampling: sampling)
            batch.count = some.count
            batch.origin = view.rays.origin
            for (ray, pixel) in some.enumerated() {
                batch.directions[ray] = view.rays.direction(
                    x: Float(pixel % request.camera.width), y: Float(pixel / request.camera.width))
                batch.backgrounds[ray] = composer.background(at: pixel)
            }
            tracer.trace(batch, coarseCondition: view.coarseCondition, fineCondition: view.fineCondition)
            func keep(_ name: String, _ values: UnsafePointer<Float>) {
                let buffer = buffers[name]!
                let row = buffer.count / pixels.count
                (buffer.base + some.startIndex * row).update(from: values, count: some.count * row)
            }
            func keep(_ name: String, _ colors: [SIMD3<Float>]) {
                keep(name, colors.flatMap { [$0.x, $0.y, $0.z] })
            }
            keep("directions", batch.directions)
            keep("raw_coarse", batch.coarseRaw.base)
            keep("weights_coarse", batch.coarseWeights.base)
            keep("rgb_coarse", batch.coarseColor)
            keep("z", batch.depths.base)
            keep("raw", batch.raw.base)
            keep("weights", batch.weights.base)
            keep("foreground", batch.results.map(\.foreground))
            keep("last_weight", batch.results.map(\.lastWeight))
            keep("rgb", zip(batch.results, batch.backgrounds).map { $0.over($1) })
        }
        stages = buffers.mapValues { Array(UnsafeBufferPointer(start: $0.base, count: $0.count)) }
    }

    /// Raw outputs at given depths, `[rays, samples]`, instead of those that the tracer chooses.
    static func raw(
        _ network: FaceNeRF, condition: FloatBuffer, view: FieldView, camera: Camera, pixels: [Int], depths: [Float]
    ) -> [Float] {
        let count = depths.count / pixels.count
        let output = FloatBuffer(count: 4 * depths.count)
        Parallel.run(threads: 2, pieces: pixels.count) { _, ray in
            let direction = view.rays.direction(
                x: Float(pixels[ray] % camera.width), y: Float(pixels[ray] / camera.width))
            let samples = SampleBuffer(capacity: count)
            for depth in depths[ray * count..<(ray + 1) * count] {
                samples.append(view.rays.origin + direction * depth, ray: 0)
            }
            let folded = FloatBuffer(count: network.rayFloats)
            network.foldRay(direction, into: folded.base)
            network.evaluate(
                condition: condition, rays: folded.base, samples: samples, densityOnly: false,
                raw: output.base + 4 * ray * count, scratch: network.makeScratch())
        }
        return Array(UnsafeBufferPointer(start: output.base, count: output.count))
    }
}
