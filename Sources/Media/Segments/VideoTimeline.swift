import Engine

/// How a video's frames are divided into segments: each is encoded on its own and stored and streamed as a whole.
public struct VideoTimeline: Sendable, Hashable, Codable {
    /// Frames a second, the rate of the speech features.
    public static let frameRate = 25
    /// Frames that a segment may have: in a WebM cluster a block lies at most 32.767 s after the cluster's own time.
    public static let segmentLengths = 1...750

    /// Frames in all, at least one.
    public let frameCount: Int
    /// Frames of every segment but the first and the last, which has what is left.
    public let framesPerSegment: Int
    /// Frames of the first segment.
    public let firstFrames: Int

    /// Frames of a first segment that is there soon: a fifth of a second.
    public static let shortLead = 5

    /// - Parameter firstFrames: at most `framesPerSegment`; nil for as many.
    /// - Throws: `.invalidValue` for no frames, more than a day of them, or a segment length outside
    ///   `segmentLengths`.
    public init(
        frameCount: Int, framesPerSegment: Int = frameRate, firstFrames: Int? = nil
    ) throws(EngineError) {
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
        let lead = firstFrames ?? framesPerSegment
        guard (1...framesPerSegment).contains(lead) else {
            throw EngineError(
                .invalidValue, "first segment", found: "\(lead) frames", expected: "1 to \(framesPerSegment)")
        }
        self.frameCount = frameCount
        self.framesPerSegment = framesPerSegment
        self.firstFrames = lead
    }

    public var segmentCount: Int {
        frameCount <= firstFrames ? 1 : (frameCount - firstFrames - 1) / framesPerSegment + 2
    }

    /// Seconds in all.
    public var duration: Double { Double(frameCount) / Double(Self.frameRate) }

    /// The frames of a segment.
    public func frames(ofSegment index: Int) -> Range<Int> {
        precondition((0..<segmentCount).contains(index))
        let first = index == 0 ? 0 : firstFrames + (index - 1) * framesPerSegment
        return first..<min(firstFrames + index * framesPerSegment, frameCount)
    }

    /// Seconds of a segment.
    public func duration(ofSegment index: Int) -> Double {
        Double(frames(ofSegment: index).count) / Double(Self.frameRate)
    }

    /// The segment that holds a frame, and the frame's place in it.
    public func location(ofFrame frame: Int) -> (segment: Int, index: Int) {
        precondition((0..<frameCount).contains(frame))
        if frame < firstFrames { return (0, frame) }
        return ((frame - firstFrames) / framesPerSegment + 1, (frame - firstFrames) % framesPerSegment)
    }
}
