import Engine

/// Encodes the pictures of one segment by way of ffmpeg, independently of all other segments.
public final class SegmentEncoder {
    public init(_ layout: VideoLayout, limits: ProcessLimits = .encoding) throws(EngineError) { fatalError() }
    /// Adds a picture; waits for the encoder if it is behind.
    public func append(_ picture: Picture) throws(EngineError) {}
    /// Ends the encoder and returns what it made of the pictures.
    public func finish() throws(EngineError) -> EncodedSegment { fatalError() }
    /// Stops encoding; after `finish` it does nothing. Also happens when the object goes.
    public func abandon() {}
}
