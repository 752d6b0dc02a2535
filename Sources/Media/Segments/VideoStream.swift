import Engine

/// A video in pieces: a header and one piece for each segment, which played one after the other are the video.
///
/// MP4: the header is an initialisation segment (`ftyp`, `moov`), a piece is a media segment (`moof`, `mdat`). WebM: the
/// header goes up to the tracks, a piece is a cluster. Pieces are what is stored; the finished file is put together from
/// them.
public struct VideoStream: Sendable {
    public let layout: VideoLayout
    public let timeline: VideoTimeline
    /// The first bytes of the stream, and the `EXT-X-MAP` of HLS.
    public let header: [UInt8]

    /// Plans a video: encodes one black picture to learn what the header must say. Done once for a job; the header is
    /// stored.
    public static func plan(
        layout: VideoLayout, timeline: VideoTimeline, soundtrack: EncodedSoundtrack?
    ) throws(EngineError) -> VideoStream { fatalError() }

    /// A planned video, from its stored header.
    ///
    /// - Throws: `.malformed` if the header is not what the other arguments ask for.
    public init(
        layout: VideoLayout, timeline: VideoTimeline, soundtrack: EncodedSoundtrack?, header: [UInt8]
    ) throws(EngineError) { fatalError() }

    /// The bytes of a segment, to store and to stream. The same pictures give the same bytes.
    ///
    /// - Throws: `.inconsistent` if the number of pictures is not the segment's or they were encoded otherwise than the
    ///   header says.
    public func segment(_ index: Int, _ encoded: EncodedSegment) throws(EngineError) -> [UInt8] { fatalError() }

    /// Puts the finished, seekable file together from all stored segments, in order, a piece at a time.
    ///
    /// - Throws: `.malformed` for a stored segment that is not one, `.unreadable`, `.unwritable`, `.canceled`.
    public func assemble(
        segmentPaths: [String], to path: String, isCanceled: () -> Bool = { false }
    ) throws(EngineError) {}
}
