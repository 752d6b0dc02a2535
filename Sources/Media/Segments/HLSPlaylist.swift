/// The playlist of a video in MP4 segments (RFC 8216).
public struct HLSPlaylist: Sendable {
    public static let contentType = "application/vnd.apple.mpegurl"

    /// - Parameters:
    ///   - finished: how many segments, from the first on without a gap, can be fetched.
    ///   - isEnded: whether no more segments will come, be they all there or not.
    public static func text(
        timeline: VideoTimeline, finished: Int, isEnded: Bool, header: String, segment: (Int) -> String
    ) -> String { fatalError() }
}
