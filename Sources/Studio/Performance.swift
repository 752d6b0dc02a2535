import Engine
import Media

/// What an avatar does: for every frame of a video, everything that its picture depends on.
public struct Performance: Sendable {
    public let avatar: Avatar
    public let track: PoseTrack
    public let schedule: FrameSchedule
    /// `[count][dim_aud]`, smoothed over the whole video, whichever frames are rendered of it.
    public let codes: [[Float]]
    public let camera: Camera
    public let background: Background
    public let headOnly: Bool

    /// Frames of the whole video.
    public var count: Int { schedule.count }

    /// - Parameters:
    ///   - size: the pictures' width in pixels; nil for the avatar's own.
    ///   - background: nil for the avatar's own.
    /// - Throws: `.invalidValue` for a size beyond `MediaLimits`, and what reading the background throws.
    public init(
        avatar: Avatar, features: SpeechFeatures, track: PoseTrack, loop: PoseLoop, background: BackgroundChoice? = nil,
        size: Int? = nil, headOnly: Bool = false
    ) throws(EngineError) {
        self.avatar = avatar
        self.track = track
        self.headOnly = headOnly
        schedule = FrameSchedule(
            features: features, track: track, loop: loop, audioStart: avatar.configuration.audioStart)
        codes = avatar.codes(features: features, schedule: schedule)
        camera = avatar.camera(for: track).scaled(toWidth: size ?? avatar.background.width)
        if let background {
            self.background = try background.background(width: camera.width, height: camera.height)
        } else if camera.width == avatar.background.width {
            self.background = .picture(avatar.background)
        } else {
            self.background = .picture(
                try avatar.background.scaled(toWidth: camera.width, height: camera.height))
        }
    }

    public func request(frame: Int) -> FrameRequest {
        FrameRequest(
            camera: camera, pose: track.poses[schedule.poseIndices[frame]], torsoPose: avatar.torsoPose,
            code: codes[frame], background: background, headOnly: headOnly)
    }
}
