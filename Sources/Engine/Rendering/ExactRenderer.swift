/// The release's two-pass rendering of every pixel, no shortcut taken: the picture that all else is measured against.
public struct ExactRenderer: FrameRenderer {
    private let fields: AvatarFields
    private let sampling: SamplingOptions
    private let threads: Int
    /// Rays that one worker traces at a time: whole tiles of samples, small enough to stop soon when cancelled.
    private static let batch = 16

    public init(fields: AvatarFields, sampling: SamplingOptions, threads: Int) {
        self.fields = fields
        self.sampling = sampling
        self.threads = max(threads, 1)
    }

    public func render(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Frame {
        let composer = try FrameComposer(request)
        let pixels = Array(0..<request.camera.width * request.camera.height)
        let torso = request.headOnly ? nil : try trace(fields.torsoView(request), request, pixels, isCanceled)
        let head = try trace(fields.headView(request), request, pixels, isCanceled)
        return composer.frame(head: head, torso: torso)
    }

    /// Colours `[pixels.count]` of some pixels (flat indices, row by row), unclipped.
    ///
    /// - Throws: `.canceled`.
    public func render(
        _ request: FrameRequest, pixels: [Int], isCanceled: @Sendable () -> Bool = { false }
    ) throws -> [SIMD3<Float>] {
        let composer = try FrameComposer(request)
        let torso =
            request.headOnly
            ? pixels.map { _ in RayResult() } : try trace(fields.torsoView(request), request, pixels, isCanceled)
        let head = try trace(fields.headView(request), request, pixels, isCanceled)
        return pixels.indices.map { composer.compose(head: head[$0], torso: torso[$0], pixel: pixels[$0]) }
    }

    private func trace(
        _ view: FieldView, _ request: FrameRequest, _ pixels: [Int], _ isCanceled: @Sendable () -> Bool
    ) throws -> [RayResult] {
        let tracer = TwoPassTracer(fields: view.fields, sampling: sampling)
        let batches = (0..<threads).map { _ in RayBatch(capacity: Self.batch, fields: view.fields, sampling: sampling) }
        let width = request.camera.width
        let pieces = (pixels.count + Self.batch - 1) / Self.batch
        let output = ResultBuffer(count: pixels.count)
        Parallel.run(threads: threads, pieces: pieces) { worker, piece in
            guard !isCanceled() else { return }
            let batch = batches[worker]
            let start = piece * Self.batch
            batch.count = min(Self.batch, pixels.count - start)
            batch.origin = view.rays.origin
            for ray in 0..<batch.count {
                let pixel = pixels[start + ray]
                batch.directions[ray] = view.rays.direction(x: Float(pixel % width), y: Float(pixel / width))
            }
            tracer.trace(batch, coarseCondition: view.coarseCondition, fineCondition: view.fineCondition)
            for ray in 0..<batch.count { output.base[start + ray] = batch.results[ray] }
        }
        if isCanceled() { throw EngineError(.canceled, "render", found: "cancelled") }
        return output.array
    }
}
