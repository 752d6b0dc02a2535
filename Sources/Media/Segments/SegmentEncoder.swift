import Engine

/// Encodes the pictures of one segment by way of ffmpeg, independently of all other segments.
///
/// The same pictures give the same bytes, so a segment that is rendered again after a crash is the one that was lost.
/// Odd sizes, colours and quality are `VideoWriter`'s.
///
/// Use from one thread at a time.
public final class SegmentEncoder {
    private let layout: VideoLayout
    private let encoder: ChildProcess
    private let output: OutputCollector
    private let watchdog: Watchdog
    /// Pictures written.
    public private(set) var count = 0

    /// Starts the encoder.
    ///
    /// - Parameters:
    ///   - limits: the time counts from here, so it must allow for the pictures' rendering.
    ///   - isCanceled: asked twenty times a second; the encoder is then ended.
    /// - Throws: `.toolFailed` if ffmpeg is missing.
    public init(
        _ layout: VideoLayout, limits: ProcessLimits = .encoding,
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) {
        self.layout = layout
        encoder = try ChildProcess(
            "ffmpeg",
            ["-nostdin", "-v", "error", "-protocol_whitelist", "pipe", "-filter_threads", "1", "-threads", "1"]
                + ["-f", "rawvideo", "-pixel_format", layout.transparent ? "rgba" : "rgb24"]
                + ["-video_size", "\(layout.codedWidth)x\(layout.codedHeight)"]
                + ["-framerate", "\(VideoTimeline.frameRate)", "-i", "pipe:0"]
                + ColorConversion.encodingArguments(transparent: layout.transparent)
                + layout.format.segmentArguments(transparent: layout.transparent),
            input: .pipe, output: .pipe)
        output = OutputCollector(encoder, limit: limits.outputBytes)
        watchdog = Watchdog(encoder, wallSeconds: limits.wallSeconds, isCanceled: isCanceled)
        try encoder.confine(limits)
    }

    deinit { abandon() }

    /// Adds a picture; waits for the encoder if it is behind.
    ///
    /// - Throws: `.invalidValue` for a picture of another size or kind, `.toolFailed` if ffmpeg has given up,
    ///   `.canceled`.
    public func append(_ picture: Picture) throws(EngineError) {
        guard picture.width == layout.width, picture.height == layout.height, picture.channels == layout.channels else {
            throw EngineError(
                .invalidValue, "frame \(count)",
                found: "\(picture.width) x \(picture.height) x \(picture.channels)",
                expected: "\(layout.width) x \(layout.height) x \(layout.channels) like the video")
        }
        let bytes = picture.paddedToEven()
        try explained { () throws(EngineError) in
            try bytes.withUnsafeBufferPointer { data throws(EngineError) in
                try encoder.write(UnsafeRawBufferPointer(data))
            }
        }
        count += 1
    }

    /// Ends the encoder and returns what it made of the pictures; called once.
    ///
    /// - Throws: `.toolFailed` if ffmpeg fails or gives back another number of pictures, `.canceled`.
    public func finish() throws(EngineError) -> EncodedSegment {
        encoder.closeInput()
        let segment = try explained { () throws(EngineError) in
            let bytes = try output.bytes()
            try encoder.finish()
            return try Self.segment(bytes, layout.format)
        }
        let startsWithKey = segment.samples.first?.isKey ?? false
        guard segment.samples.count == count, startsWithKey,
            segment.samples.allSatisfy({ ($0.alpha != nil) == layout.transparent })
        else {
            throw EngineError(
                .toolFailed, "ffmpeg", found: "\(segment.samples.count) encoded pictures", expected: "\(count)")
        }
        return segment
    }

    /// Stops encoding; after `finish` it does nothing. Also happens when the object goes.
    public func abandon() {
        encoder.kill()
        encoder.wait()
    }

    /// Puts the reason why the encoder was ended, if it was, in place of its failure.
    private func explained<Value>(_ body: () throws(EngineError) -> Value) throws(EngineError) -> Value {
        do throws(EngineError) {
            return try body()
        } catch {
            throw watchdog.release().map { $0.error("ffmpeg", doing: "encoding") } ?? error
        }
    }

    private static func segment(_ bytes: [UInt8], _ format: VideoFormat) throws(EngineError) -> EncodedSegment {
        switch format {
        case .mp4:
            let stream = try AnnexB(bytes)
            return EncodedSegment(configuration: stream.configuration, samples: stream.samples)
        case .webm:
            let packets = try WebMReader(bytes).packets
            return EncodedSegment(
                configuration: [],
                samples: packets.map { VideoSample(bytes: $0.bytes, alpha: $0.addition, isKey: $0.isKey) })
        }
    }
}
