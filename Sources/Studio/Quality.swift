/// How faithfully frames are computed.
public enum Quality: String, Codable, CaseIterable, Sendable {
    /// The avatar's own networks, evaluated for every frame.
    case exact
    /// From the avatar's baked file, faster than the video plays.
    case realtime
}
