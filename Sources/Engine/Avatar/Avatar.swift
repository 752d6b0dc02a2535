/// One trained AD-NeRF in memory, checked to be complete and consistent. `AvatarFolder.load` makes it.
public struct Avatar: Sendable {
    /// The folder's name.
    public let name: String
    /// The folder's path.
    public let folder: String
    public let configuration: TrainingConfig
    /// Conditioned on the smoothed audio code, `codeSize` values.
    public let head: NetworkPair
    /// Conditioned on the code's first `torsoCodeSize` values and the pose signal.
    public let torso: NetworkPair
    /// The head checkpoint's AudioNet; `AudioNet.tensors` lists its names and shapes. The body's is stored but never used.
    public let audioNet: [String: Tensor]
    /// The head checkpoint's AudioAttNet.
    public let attentionNet: [String: Tensor]
    /// The background's size with the intrinsics of `transforms_train.json`. A track brings its own: see `camera(for:)`.
    public let camera: Camera
    /// RGB; its size is the picture's.
    public let background: Picture
    /// `transforms_train.json`, all of it.
    public let trainingTrack: PoseTrack
    /// The torso's camera in every frame: the first pose of `transforms_train.json`.
    public let torsoPose: Pose
    /// Every track of the folder, by name, thinned by the configuration's `poseStride`.
    public let tracks: [PoseTrack]
    /// The configuration's `test_pose_file` if the folder has it, otherwise the training track, thinned likewise.
    public let defaultTrack: PoseTrack
    /// Paths of the folder's precomputed speech features, `[n, 16, 29]`.
    public let featureFiles: [String]
    /// SHA-256 of the head's bytes followed by the body's, in hexadecimal.
    public let fingerprint: String

    /// The camera that renders a track: the avatar's picture size, the track's own intrinsics (`load_test_data` of the release).
    public func camera(for track: PoseTrack) -> Camera {
        track.camera(width: background.width, height: background.height)
    }
}
