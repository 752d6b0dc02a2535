/// Which features and which pose every frame of a video takes (reference, item 3).
public struct FrameSchedule: Sendable, Hashable {
    /// For each frame the feature row it shows: `min(aud_start + frame, rows - 1)`.
    public let featureRows: [Int]
    /// For each frame the pose it takes from its track.
    public let poseIndices: [Int]

    /// Frames of the whole video, at 25 a second.
    public var count: Int { featureRows.count }

    /// - Parameters:
    ///   - featureCount: rows of speech features; as many frames are shown, fewer where the poses `stop` first.
    ///   - poseCount: the track's poses, at least 1.
    ///   - audioStart: the configuration's `audioStart`, at least 0.
    public init(featureCount: Int, poseCount: Int, loop: PoseLoop, audioStart: Int = 0) {
        precondition(featureCount >= 0 && poseCount >= 1 && audioStart >= 0)
        let count = loop == .stop ? min(featureCount, poseCount) : featureCount
        let lastRow = featureCount - 1
        featureRows = (0..<count).map { $0 > lastRow - audioStart ? lastRow : audioStart + $0 }
        poseIndices = (0..<count).map { loop.poseIndex(frame: $0, count: poseCount) }
    }

    public init(features: SpeechFeatures, track: PoseTrack, loop: PoseLoop, audioStart: Int = 0) {
        self.init(featureCount: features.count, poseCount: track.poses.count, loop: loop, audioStart: audioStart)
    }
}
