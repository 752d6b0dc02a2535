/// The playlist of a video in MP4 segments (RFC 8216).
public enum HLSPlaylist {
    public static let contentType = "application/vnd.apple.mpegurl"

    /// An EVENT playlist: segments are only ever added (section 4.3.3.5), and clients fetch it again until it is ended.
    ///
    /// - Parameters:
    ///   - finished: how many segments, from the first on without a gap, can be fetched.
    ///   - isEnded: whether no more segments will come, be they all there or not.
    ///   - header: the URI of the stream's header, relative to the playlist's.
    ///   - segment: the URI of a segment.
    public static func text(
        timeline: VideoTimeline, finished: Int, isEnded: Bool, header: String, segment: (Int) -> String
    ) -> String {
        // No segment, rounded to whole seconds, may be longer than this (section 4.3.3.1).
        let longest = min(timeline.framesPerSegment, timeline.frameCount)
        let target = max(1, (2 * longest + VideoTimeline.frameRate) / (2 * VideoTimeline.frameRate))
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:\(target)", "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:EVENT", "#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-MAP:URI=\"\(header)\"",
        ]
        for index in 0..<min(max(finished, 0), timeline.segmentCount) {
            lines.append("#EXTINF:\(decimal(timeline.frames(ofSegment: index).count)),")
            lines.append(segment(index))
        }
        if isEnded { lines.append("#EXT-X-ENDLIST") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Seconds of a number of frames, exactly: two decimals hold any multiple of a twenty-fifth.
    private static func decimal(_ frames: Int) -> String {
        let hundredths = frames * 100 / VideoTimeline.frameRate
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
