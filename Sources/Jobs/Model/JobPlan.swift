import Foundation

/// What a job comes to once its audio is known: so many frames, cut into segments of equal length but for the first and the last.
public struct JobPlan: Codable, Hashable, Sendable {
    /// The most frames of one job: eleven hours at 25 frames a second.
    public static let maximumFrames = 1_000_000

    public let frameCount: Int
    public let framesPerSegment: Int
    /// Frames of the first segment, which is shorter so that there is something to see sooner; nil: as many as of the others.
    public let firstFrames: Int?
    /// Whatever the performer wants to know again for each segment: small, and opaque here. Large things are blobs.
    public let details: Data
    /// What a worker must have to render it; nil for what it needed to plan it.
    public let need: String?

    /// - Throws: `.invalid` unless `frameCount` is 1...1,000,000, `framesPerSegment` at least 1 and `firstFrames` between.
    public init(
        frameCount: Int, framesPerSegment: Int = 25, firstFrames: Int? = nil, details: Data = Data(),
        need: String? = nil
    ) throws(JobsError) {
        guard (1...Self.maximumFrames).contains(frameCount) else {
            throw JobsError(
                .invalid, "plan", found: "\(frameCount) frames", expected: "1 to \(Self.maximumFrames)",
                remedy: "send audio that is longer than a frame and shorter than the limit")
        }
        guard framesPerSegment >= 1 else {
            throw JobsError(.invalid, "plan", found: "\(framesPerSegment) frames a segment", expected: "at least 1")
        }
        self.frameCount = frameCount
        guard (1...framesPerSegment).contains(firstFrames ?? framesPerSegment) else {
            throw JobsError(
                .invalid, "plan", found: "\(firstFrames ?? 0) frames in the first segment",
                expected: "1 to \(framesPerSegment)")
        }
        self.framesPerSegment = framesPerSegment
        self.firstFrames = firstFrames
        self.details = details
        self.need = need
    }

    private var lead: Int { firstFrames ?? framesPerSegment }

    public var segmentCount: Int {
        frameCount <= lead ? 1 : (frameCount - lead - 1) / framesPerSegment + 2
    }

    /// The frames of a segment; empty when there is no such segment.
    public func frames(ofSegment index: Int) -> Range<Int> {
        guard (0..<segmentCount).contains(index) else { return 0..<0 }
        let first = index == 0 ? 0 : lead + (index - 1) * framesPerSegment
        let end = index == segmentCount - 1 ? frameCount : lead + index * framesPerSegment
        return first..<end
    }

    /// The segment that a frame is in; nil when there is no such frame.
    public func segment(ofFrame frame: Int) -> Int? {
        guard (0..<frameCount).contains(frame) else { return nil }
        return frame < lead ? 0 : (frame - lead) / framesPerSegment + 1
    }
}
