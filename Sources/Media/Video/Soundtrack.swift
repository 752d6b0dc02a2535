/// The sound that goes with a video.
public struct Soundtrack: Sendable, Hashable {
    /// Any file with sound; all channels of its first audio stream are used.
    public var path: String
    /// Where the video's first frame lies in it, in seconds.
    public var start: Double

    public init(path: String, start: Double = 0) {
        self.path = path
        self.start = start
    }
}
