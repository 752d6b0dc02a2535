/// Everything that one frame's picture depends on besides the avatar's networks.
public struct FrameRequest: Sendable {
    public var camera: Camera
    /// The head's camera, and what the torso is conditioned on.
    public var pose: Pose
    /// The torso's own, fixed camera: the first pose of `transforms_train.json`.
    public var torsoPose: Pose
    /// The smoothed audio code, `dim_aud` values.
    public var code: [Float]
    public var background: Background
    /// Leaves the torso out.
    public var headOnly: Bool

    public init(
        camera: Camera, pose: Pose, torsoPose: Pose, code: [Float], background: Background, headOnly: Bool = false
    ) {
        self.camera = camera
        self.pose = pose
        self.torsoPose = torsoPose
        self.code = code
        self.background = background
        self.headOnly = headOnly
    }
}
