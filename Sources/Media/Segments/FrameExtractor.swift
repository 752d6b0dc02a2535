import Engine

/// Takes pictures out of a stored segment.
public struct FrameExtractor: Sendable {
    public enum Format: Sendable, Hashable {
        /// - Parameter quality: 1 to 100. Transparent pictures are laid over white.
        case jpeg(quality: Int = 90)
        case png
    }

    public init(stream: VideoStream, limits: ProcessLimits = .extraction) {}

    /// One picture of a segment.
    ///
    /// - Parameters:
    ///   - index: the picture's place in the segment, from 0.
    ///   - segment: the stored segment's bytes.
    public func frame(
        _ index: Int, ofSegment segment: [UInt8], as format: Format,
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) -> [UInt8] { fatalError() }

    /// All pictures of a segment, in order.
    public func frames(
        ofSegment segment: [UInt8], as format: Format = .jpeg(),
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) -> [[UInt8]] { fatalError() }
}
