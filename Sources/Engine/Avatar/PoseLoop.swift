/// What the poses do when a track is shorter than the speech.
public enum PoseLoop: String, Sendable, Hashable, Codable, CaseIterable {
    /// Forwards, backwards and so on, without repeating the poses at either end: 0 1 2 1 0 1 ...
    case pingPong = "ping-pong"
    /// From the start again: 0 1 2 0 1 2 ...
    case loop
    /// The last pose stays: 0 1 2 2 2 ...
    case hold
    /// The video ends with the track, as in the release.
    case stop

    /// The pose of a frame.
    /// - Parameters:
    ///   - frame: at least 0.
    ///   - count: the track's poses, at least 1.
    public func poseIndex(frame: Int, count: Int) -> Int {
        switch self {
        case .pingPong:
            let period = max(1, 2 * (count - 1))
            let phase = frame % period
            return phase < count ? phase : period - phase
        case .loop: return frame % count
        case .hold, .stop: return min(frame, count - 1)
        }
    }
}
