import Engine
import Media

/// What frames are worth that no training has seen.
public struct OddResult: Codable, Sendable, Hashable {
    public var name: OddCase
    /// Frames that were rendered.
    public var frames: Int
    /// PSNR in dB, at most 100, of whole frames and of the box about the mouth; nil where the mouth was never in sight.
    public var whole: EvaluationReport.Summary?
    public var mouth: EvaluationReport.Summary?

    /// Renders and compares.
    ///
    /// - Parameters:
    ///   - mouth: where the mouth is in the scene.
    ///   - progress: called after each frame.
    /// - Throws: `.canceled`, and what rendering throws.
    public init(
        _ name: OddCase, requests: [FrameRequest], subject: any FrameRenderer, truth: any FrameRenderer,
        mouth: SIMD3<Float>, progress: () -> Void = {}, isCanceled: @Sendable () -> Bool
    ) throws {
        var (whole, mouths): ([Double], [Double]) = ([], [])
        for request in requests {
            let comparison = try PictureComparison(
                Picture(try subject.render(request, isCanceled: isCanceled)),
                truth: Picture(try truth.render(request, isCanceled: isCanceled)))
            whole.append(comparison.psnr)
            if let box = PictureBox.mouth(mouth, camera: request.camera, pose: request.pose) {
                mouths.append(comparison.psnr(in: box))
            }
            progress()
        }
        self.name = name
        frames = requests.count
        self.whole = .init(whole) { $0.min() }
        self.mouth = .init(mouths) { $0.min() }
    }
}
