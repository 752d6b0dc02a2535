import Engine
import Synchronization

/// A video in pieces: a header and one piece for each segment, which played one after the other are the video.
///
/// MP4: the header is an initialisation segment (`ftyp`, `moov`), a piece is a media segment (`moof`, `mdat`). WebM:
/// the header goes up to the tracks, a piece is a cluster. Pieces are streamed as they are stored; the finished file is
/// put together from them, and has the same pictures and sound.
///
/// ```swift
/// // Once, when the job is planned:
/// try SoundtrackEncoder.encode(sound, format: layout.format, timeline: timeline, to: soundPath)
/// let stream = try VideoStream.plan(
///     layout: layout, timeline: timeline, soundtrack: EncodedSoundtrack(path: soundPath))
/// // For each segment, anywhere, in any order:
/// let encoder = try SegmentEncoder(layout)
/// for picture in pictures { try encoder.append(picture) }
/// let bytes = try stream.segment(index, encoder.finish())
/// // In the end:
/// try stream.assemble(segmentPaths: paths, to: "talk.mp4")
/// ```
public struct VideoStream: Sendable {
    public let layout: VideoLayout
    public let timeline: VideoTimeline
    /// The first bytes of the stream, and the `EXT-X-MAP` of HLS.
    public let header: [UInt8]
    private let soundtrack: EncodedSoundtrack?
    /// What all segments' encoders must have said alike; see `EncodedSegment`.
    private let configuration: [UInt8]
    /// Those of layouts seen before: starting an encoder takes as long as rendering several frames.
    private static let configurations = Mutex<[VideoLayout: [UInt8]]>([:])

    /// Plans a video; encodes one black picture to learn what the header must say. Done once for a job, whose header is
    /// stored.
    ///
    /// - Throws: `.inconsistent` if the soundtrack is of another format or length; `.toolFailed`.
    public static func plan(
        layout: VideoLayout, timeline: VideoTimeline, soundtrack: EncodedSoundtrack?
    ) throws(EngineError) -> VideoStream {
        var configuration: [UInt8] = []
        if let known = configurations.withLock({ $0[layout] }) {
            configuration = known
        } else if layout.format == .mp4 {
            let encoder = try SegmentEncoder(layout)
            let black = [UInt8](repeating: 0, count: layout.width * layout.height * layout.channels)
            try encoder.append(
                Picture(width: layout.width, height: layout.height, channels: layout.channels, bytes: black))
            configuration = try encoder.finish().configuration
            configurations.withLock { known in
                if known.count >= 64 { known.removeAll() }
                known[layout] = configuration
            }
        }
        return try VideoStream(layout, timeline, soundtrack, configuration)
    }

    /// A planned video, from its stored header.
    ///
    /// - Throws: `.malformed` if the header is not that of the other arguments; `.inconsistent` if the soundtrack is of
    ///   another format or length.
    public init(
        layout: VideoLayout, timeline: VideoTimeline, soundtrack: EncodedSoundtrack?, header: [UInt8]
    ) throws(EngineError) {
        let configuration = layout.format == .mp4 ? FragmentedMP4.configuration(ofHeader: header) : []
        self = try VideoStream(layout, timeline, soundtrack, configuration ?? [])
        guard self.header == header else {
            throw EngineError(
                .malformed, "stream header", found: "\(header.count) bytes that do not describe this video",
                remedy: "plan the video again")
        }
    }

    private init(
        _ layout: VideoLayout, _ timeline: VideoTimeline, _ soundtrack: EncodedSoundtrack?, _ configuration: [UInt8]
    ) throws(EngineError) {
        if let soundtrack {
            let sampleCount = timeline.frameCount * EncodedSoundtrack.samplesPerFrame
            guard soundtrack.format == layout.format, soundtrack.sampleCount == sampleCount else {
                throw EngineError(
                    .inconsistent, "soundtrack", found: "\(soundtrack.sampleCount) samples for \(soundtrack.format)",
                    expected: "\(sampleCount) for \(layout.format)", remedy: "encode the sound again")
            }
        }
        self.layout = layout
        self.timeline = timeline
        self.soundtrack = soundtrack
        self.configuration = configuration
        let movie = MovieWriter(
            layout: layout, timeline: timeline, configuration: configuration, soundtrack: soundtrack)
        header =
            switch layout.format {
            case .mp4: FragmentedMP4(movie: movie).header
            case .webm: WebMStream(layout: layout, timeline: timeline, soundtrack: soundtrack).header
            }
    }

    /// The media type without parameters, for files and streams alike.
    public var contentType: String { "video/\(layout.format.rawValue)" }

    /// The codecs as RFC 6381 names them: `avc1.64001E,mp4a.40.2`, or `vp9,opus`.
    public var codecs: String {
        let video =
            switch layout.format {
            case .mp4: "avc1." + configuration.dropFirst().prefix(3).map { $0.hexadecimal }.joined()
            case .webm: "vp9"
            }
        let sound = layout.format == .mp4 ? "mp4a.40.2" : "opus"
        return soundtrack == nil ? video : "\(video),\(sound)"
    }

    /// The bytes of a segment, to store and to stream. The same pictures give the same bytes.
    ///
    /// - Throws: `.inconsistent` if the number of pictures is not the segment's or they were encoded otherwise than the
    ///   header says.
    public func segment(_ index: Int, _ encoded: EncodedSegment) throws(EngineError) -> [UInt8] {
        guard (0..<timeline.segmentCount).contains(index) else {
            throw EngineError(
                .invalidValue, "segment", found: "number \(index)", expected: "0 to \(timeline.segmentCount - 1)")
        }
        let count = timeline.frames(ofSegment: index).count
        guard encoded.samples.count == count, encoded.samples[0].isKey else {
            throw EngineError(
                .inconsistent, "segment \(index)", found: "\(encoded.samples.count) pictures",
                expected: "\(count), the first a key frame")
        }
        guard encoded.configuration == configuration,
            encoded.samples.allSatisfy({ ($0.alpha != nil) == layout.transparent })
        else {
            throw EngineError(
                .inconsistent, "segment \(index)", found: "pictures encoded otherwise than the stream's header says",
                expected: "one version of ffmpeg for all segments of a video", remedy: "render the video again")
        }
        return switch layout.format {
        case .mp4: try FragmentedMP4(movie: movie).segment(index, encoded.samples)
        case .webm: webM.segment(index, encoded.samples)
        }
    }

    /// Puts the finished, seekable file together from all stored segments, a piece at a time; its index is in front.
    ///
    /// The same segments give the same bytes. The file appears when it is complete.
    ///
    /// - Parameter segmentPaths: all segments in order.
    /// - Throws: `.inconsistent` for another number of segments or one of another video; `.malformed` for a stored
    ///   segment
    ///   that is not one; `.unreadable`, `.unwritable`, `.canceled`.
    public func assemble(
        segmentPaths: [String], to path: String, isCanceled: () -> Bool = { false }
    ) throws(EngineError) {
        guard segmentPaths.count == timeline.segmentCount else {
            throw EngineError(
                .inconsistent, path, found: "\(segmentPaths.count) segments", expected: "\(timeline.segmentCount)")
        }
        try OutputFile(path).writePieces { write throws(EngineError) in
            let writeUnlessCanceled = { (piece: UnsafeRawBufferPointer) throws(EngineError) in
                guard !isCanceled() else {
                    throw EngineError(.canceled, path, found: "canceled while it was put together")
                }
                try write(piece)
            }
            switch layout.format {
            case .mp4:
                try ProgressiveMP4(movie: movie).assemble(segmentPaths: segmentPaths, write: writeUnlessCanceled)
            case .webm: try webM.assemble(segmentPaths: segmentPaths, write: writeUnlessCanceled)
            }
        }
    }

    private var movie: MovieWriter {
        MovieWriter(layout: layout, timeline: timeline, configuration: configuration, soundtrack: soundtrack)
    }

    private var webM: WebMStream { WebMStream(layout: layout, timeline: timeline, soundtrack: soundtrack) }
}

extension UInt8 {
    /// Two digits.
    fileprivate var hexadecimal: String {
        (self < 16 ? "0" : "") + String(self, radix: 16, uppercase: true)
    }
}
