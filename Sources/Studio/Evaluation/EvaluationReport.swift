import Engine

/// What an evaluation has found: measures of each frame, and their mean and worst.
public struct EvaluationReport: Codable, Sendable, Hashable {
    /// Of one frame. PSNRs in dB, at most 100; errors in 8-bit steps.
    public struct Measures: Codable, Sendable, Hashable {
        public var frame: Int
        public var whole: Double
        /// In the box about the mouth; nil where the mouth is out of sight.
        public var mouth: Double?
        /// Of the pixels about the head's outline; nil where that was not looked for.
        public var silhouette: Double?
        public var ssim: Double
        public var worstBlock: PictureBox
        /// Root mean square of the error there.
        public var worstBlockRMS: Double
        /// Root mean square of the change of the error to the next frame, and of the truth's own change.
        public var temporal: Double
        public var motion: Double
    }

    /// Over frames.
    public struct Summary: Codable, Sendable, Hashable {
        public var mean: Double
        public var worst: Double

        /// - Parameter values: of the frames; nil if there are none.
        init?(_ values: [Double], worst: ([Double]) -> Double?) {
            guard let extreme = worst(values) else { return nil }
            mean = values.reduce(0, +) / Double(values.count)
            self.worst = extreme
        }
    }

    public var avatar: String
    /// What was measured, and against what.
    public var subject: String
    public var truth: String
    /// PSNR of the truth against exact rays, half of them about the mouth, and how many; nil for frames from elsewhere and for
    /// what is exact by definition.
    public var certified: Double?
    public var certifyingRays: Int?
    /// Frames a second of the subject.
    public var framesPerSecond: Double
    public var frames: [Measures]
    public var whole: Summary?
    public var mouth: Summary?
    public var silhouette: Summary?
    public var ssim: Summary?
    public var worstBlockRMS: Summary?
    public var temporal: Summary?
    public var motion: Summary?
    /// Whether the mouth moves with the speech; nil where that was not looked for, or cannot be told.
    public var lipSync: LipSync?
    /// Of speech and poses that are like nothing in training; nil where that was not looked at.
    public var odd: [OddResult]?

    init(
        avatar: String, subject: String, truth: String, certified: (decibels: Double, rays: Int)?,
        framesPerSecond: Double, frames: [Measures]
    ) {
        self.avatar = avatar
        self.subject = subject
        self.truth = truth
        self.certified = certified?.decibels
        certifyingRays = certified?.rays
        self.framesPerSecond = framesPerSecond
        self.frames = frames
        whole = Summary(frames.map(\.whole)) { $0.min() }
        mouth = Summary(frames.compactMap(\.mouth)) { $0.min() }
        silhouette = Summary(frames.compactMap(\.silhouette)) { $0.min() }
        ssim = Summary(frames.map(\.ssim)) { $0.min() }
        worstBlockRMS = Summary(frames.map(\.worstBlockRMS)) { $0.max() }
        temporal = Summary(frames.map(\.temporal)) { $0.max() }
        motion = Summary(frames.map(\.motion)) { $0.max() }
    }
}
