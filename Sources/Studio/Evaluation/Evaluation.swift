import Engine
import Media

/// Measures a renderer's frames against those that they should be.
public struct Evaluation: Sendable {
    private let performance: Performance
    private let subject: any FrameRenderer
    private let truth: TruthFrames
    private let isCanceled: @Sendable () -> Bool

    /// Pixels on either side of the head's outline that belong to it.
    private static let band = 6

    public init(
        performance: Performance, subject: any FrameRenderer, truth: TruthFrames,
        isCanceled: @escaping @Sendable () -> Bool
    ) {
        self.performance = performance
        self.subject = subject
        self.truth = truth
        self.isCanceled = isCanceled
    }

    /// - Parameters:
    ///   - frames: below the performance's count less one: each is rendered with its successor.
    ///   - mouth: where the mouth is in the scene.
    ///   - name: what the report calls the subject.
    ///   - progress: receives how many frames are measured.
    ///   - each: receives each frame's number, what was rendered and what should have been.
    /// - Throws: `.canceled`, and what rendering throws.
    public func run(
        frames: [Int], mouth: SIMD3<Float>, name: String, certified: (decibels: Double, rays: Int)?,
        progress: (Int) -> Void = { _ in }, each: (Int, Picture, Picture) throws -> Void = { _, _, _ in }
    ) throws -> EvaluationReport {
        var measures: [EvaluationReport.Measures] = []
        var seconds = 0.0
        func render(_ frame: Int) throws -> Picture {
            let request = performance.request(frame: frame)
            let start = ContinuousClock.now
            defer { seconds += (ContinuousClock.now - start) / .seconds(1) }
            return Picture(try subject.render(request, isCanceled: isCanceled))
        }
        for frame in frames {
            let (exact, next) = (
                try truth.picture(frame, of: performance, isCanceled),
                try truth.picture(frame + 1, of: performance, isCanceled)
            )
            let rendered = try render(frame)
            let comparison = try PictureComparison(rendered, truth: exact)
            let following = try PictureComparison(try render(frame + 1), truth: next)
            let block = comparison.worstBlock
            let request = performance.request(frame: frame)
            let box = PictureBox.mouth(mouth, camera: request.camera, pose: request.pose)
            measures.append(
                .init(
                    frame: frame, whole: comparison.psnr, mouth: box.map(comparison.psnr(in:)),
                    silhouette: try band(request).flatMap(comparison.psnr(where:)), ssim: comparison.ssim,
                    worstBlock: block.box, worstBlockRMS: block.rms, temporal: comparison.temporalError(to: following),
                    motion: try Self.change(from: exact, to: next)))
            try each(frame, rendered, exact)
            progress(measures.count)
        }
        return EvaluationReport(
            avatar: performance.avatar.name, subject: name, truth: truth.name, certified: certified,
            framesPerSecond: Double(2 * frames.count) / max(seconds, 1e-9), frames: measures)
    }

    /// Pixels about the head's outline; nil where the truth is not rendered and may have another.
    private func band(_ request: FrameRequest) throws -> [Bool]? {
        guard case .rendered = truth else { return nil }
        var alone = request
        alone.headOnly = true
        alone.background = .transparent
        guard let alpha = try subject.render(alone, isCanceled: isCanceled).alpha else { return nil }
        return OutlineBand.pixels(alpha: alpha, width: request.camera.width, within: Self.band)
    }

    private static func change(from picture: Picture, to next: Picture) throws -> Double {
        let difference = try PictureComparison(next, truth: picture).errors
        return (difference.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(difference.count)).squareRoot()
    }
}
