import Foundation

/// What a job comes to once its audio is known: so many frames, cut into segments of equal length but for the last.
public struct JobPlan: Codable, Hashable, Sendable {
    /// The most frames of one job: eleven hours at 25 frames a second.
    public static let maximumFrames = 1_000_000

    public let frameCount: Int
    public let framesPerSegment: Int
    /// Whatever the performer wants to know again for each segment: small, and opaque here. Large things are blobs.
    public let details: Data

    /// - Throws: `.invalid` unless `frameCount` is 1...1,000,000 and `framesPerSegment` at least 1.
    public init(frameCount: Int, framesPerSegment: Int = 25, details: Data = Data()) throws(JobsError) {
        guard (1...Self.maximumFrames).contains(frameCount) else {
            throw JobsError(
                .invalid, "plan", found: "\(frameCount) frames", expected: "1 to \(Self.maximumFrames)",
                remedy: "send audio that is longer than a frame and shorter than the limit")
        }
        guard framesPerSegment >= 1 else {
            throw JobsError(.invalid, "plan", found: "\(framesPerSegment) frames a segment", expected: "at least 1")
        }
        self.frameCount = frameCount
        self.framesPerSegment = framesPerSegment
        self.details = details
    }

    public var segmentCount: Int { (frameCount - 1) / framesPerSegment + 1 }

    /// The frames of a segment; empty when there is no such segment.
    public func frames(ofSegment index: Int) -> Range<Int> {
        guard (0..<segmentCount).contains(index) else { return 0..<0 }
        let first = index * framesPerSegment
        return first..<(index == segmentCount - 1 ? frameCount : first + framesPerSegment)
    }

    /// The segment that a frame is in; nil when there is no such frame.
    public func segment(ofFrame frame: Int) -> Int? {
        (0..<frameCount).contains(frame) ? frame / framesPerSegment : nil
    }
}
