/// What a baked avatar is worth: its pictures against exact ones, of codes and poses that the bake did not use.
///
/// PSNRs are of 8-bit pictures, in dB, at most 100.
public struct BakeReport: Codable, Hashable, Sendable {
    /// A PSNR over several frames.
    public struct Decibels: Codable, Hashable, Sendable {
        /// Of the frames' PSNRs.
        public var mean: Double
        /// Of the worst frame.
        public var worst: Double

        public init(mean: Double, worst: Double) {
            self.mean = mean
            self.worst = worst
        }
    }

    /// Frames that were compared.
    public var frames: Int
    public var whole: Decibels
    /// In a box about the mouth, 0.23 x 0.2 of the picture's width.
    public var mouth: Decibels
    /// Root mean square of the change of the error from one frame to the next, in 8-bit steps.
    public var flicker: Double
    /// PSNR of the renders that stand for exact ones, against exact rays.
    public var truth: Double
    /// Seconds that baking took, interruptions left out.
    public var seconds: Double
    /// Rays of each frame, and again about its mouth, that were compared where exact frames take minutes; nil for whole frames.
    public var raysPerFrame: Int?

    public init(
        frames: Int, whole: Decibels, mouth: Decibels, flicker: Double, truth: Double, seconds: Double,
        raysPerFrame: Int? = nil
    ) {
        self.frames = frames
        self.whole = whole
        self.mouth = mouth
        self.flicker = flicker
        self.truth = truth
        self.seconds = seconds
        self.raysPerFrame = raysPerFrame
    }
}
