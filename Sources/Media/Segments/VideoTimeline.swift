import Engine

/// How a video's frames are divided into segments: each is encoded on its own and stored and streamed as a whole.
public struct VideoTimeline: Sendable, Hashable, Codable {
    /// Frames a second, the rate of the speech features.
    public static let frameRate = 25
    /// Frames that a segment may have: in a WebM cluster a block lies at most 32.767 s after the cluster's own time.
    public static let segmentLengths = 1...750

    /// Frames in all, at least one.
    public let frameCount: Int
    /// Frames of every segment but the last, which has what is left.
    public let framesPerSegment: Int

    /// - Throws: `.invalidValue` for no frames, more than a day of them, or a segment length outside
    ///   `segmentLengths`.
    public init(frameCount: Int, framesPerSegment: Int = frameRate) throws(EngineError) {
        // In a day's samples at 48 kHz, and what the encoder adds, 32 bits count every duration of an MP4.
        let limit = 24 * 3_600 * Self.frameRate
        guard (1...limit).contains(frameCount) else {
            throw EngineError(.invalidValue, "video", found: "\(frameCount) frames", expected: "1 to \(limit)")
        }
        guard Self.segmentLengths.contains(framesPerSegment) else {
            throw EngineError(
                .invalidValue, "segment", found: "\(framesPerSegment) frames",
                expected: "\(Self.segmentLengths.lowerBound) to \(Self.segmentLengths.upperBound)")
        }
        self.frameCount = frameCount
        self.framesPerSegment = framesPerSegment
    }

    public var segmentCount: Int { (frameCount + framesPerSegment - 1) / framesPerSegment }

    /// Seconds in all.
    public var duration: Double { Double(frameCount) / Double(Self.frameRate) }

    /// The frames of a segment.
    public func frames(ofSegment index: Int) -> Range<Int> {
        precondition((0..<segmentCount).contains(index))
        let first = index * framesPerSegment
        return first..<min(first + framesPerSegment, frameCount)
    }

    /// Seconds of a segment.
    public func duration(ofSegment index: Int) -> Double {
        Double(frames(ofSegment: index).count) / Double(Self.frameRate)
    }

    /// The segment that holds a frame, and the frame's place in it.
    public func location(ofFrame frame: Int) -> (segment: Int, index: Int) {
        precondition((0..<frameCount).contains(frame))
        return (frame / framesPerSegment, frame % framesPerSegment)
    }
}
