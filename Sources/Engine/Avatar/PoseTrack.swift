/// A sequence of head poses with the camera that saw them: one `transforms_*.json`.
public struct PoseTrack: Sendable, Hashable {
    /// The file's name without its extension, e.g. `transforms_val`.
    public let name: String
    /// Focal length and principal point in pixels of the avatar's own picture size (`focal_len`, `cx`, `cy`).
    public let focal: Float
    public let centerX: Float
    public let centerY: Float
    /// One a video frame, 25 a second; never empty.
    public let poses: [Pose]

    /// - Parameter poses: at least one.
    public init(name: String, focal: Float, centerX: Float, centerY: Float, poses: [Pose]) {
        precondition(!poses.isEmpty, "a track has poses")
        self.name = name
        self.focal = focal
        self.centerX = centerX
        self.centerY = centerY
        self.poses = poses
    }

    /// Every `stride`-th pose, the first included: the release's `testskip`.
    public func thinned(by stride: Int) -> PoseTrack {
        guard stride > 1 else { return self }
        let kept = Swift.stride(from: 0, to: poses.count, by: stride).map { poses[$0] }
        return PoseTrack(name: name, focal: focal, centerX: centerX, centerY: centerY, poses: kept)
    }

    /// The camera that renders this track at an avatar's picture size.
    public func camera(width: Int, height: Int) -> Camera {
        Camera(width: width, height: height, focal: focal, centerX: centerX, centerY: centerY)
    }
}
