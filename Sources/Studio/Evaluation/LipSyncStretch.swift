import Engine
import Media

/// A stretch of a video that the mouth is watched in.
///
/// The head is held still in the pose of the stretch's middle, and speaks: what changes about the mouth is then the mouth, and
/// not the head's turning.
public struct LipSyncStretch: Sendable {
    public let frames: Range<Int>
    public let requests: [FrameRequest]
    private let box: PictureBox

    /// - Parameters:
    ///   - performance: the smaller its pictures, the faster.
    ///   - length: frames; as many as there are if there are fewer.
    ///   - seed: of the blind choice where it starts.
    /// - Returns: nil for fewer than `LipSync.fewest` frames, and where the mouth is out of sight.
    public init?(_ performance: Performance, length: Int, mouth: SIMD3<Float>, seed: UInt64) {
        let length = min(length, performance.count)
        guard length >= LipSync.fewest else { return nil }
        var random = SeededRandom(seed: seed)
        let start = Int.random(in: 0...performance.count - length, using: &random)
        frames = start..<start + length
        let pose = performance.request(frame: start + length / 2).pose
        guard let box = PictureBox.mouth(mouth, camera: performance.camera, pose: pose) else { return nil }
        self.box = box
        requests = frames.map { frame in
            var request = performance.request(frame: frame)
            request.pose = pose
            return request
        }
    }

    /// - Parameter progress: receives how many frames are rendered.
    /// - Returns: nil where the mouth or the reference never moves.
    /// - Throws: `.canceled`, and what rendering throws.
    public func measure(
        _ renderer: any FrameRenderer, reference: MouthReference, progress: (Int) -> Void,
        isCanceled: @Sendable () -> Bool
    ) throws -> LipSync? {
        var mouths: [[Double]] = []
        for request in requests {
            let picture = Picture(try renderer.render(request, isCanceled: isCanceled))
            mouths.append(picture.luma(in: box))
            progress(mouths.count)
        }
        return LipSync(mouths: mouths, firstFrame: frames.lowerBound, reference: reference)
    }
}
