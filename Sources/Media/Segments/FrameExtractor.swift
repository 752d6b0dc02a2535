import Engine

/// Takes pictures out of stored segments, by way of ffmpeg.
public struct FrameExtractor: Sendable {
    public enum Format: Sendable, Hashable {
        /// Transparent pictures are laid over white.
        ///
        /// - Parameter quality: 1 to 100.
        case jpeg(quality: Int = 90)
        case png
    }

    private let stream: VideoStream
    private let limits: ProcessLimits

    /// - Parameter stream: the video that the segments are of.
    public init(stream: VideoStream, limits: ProcessLimits = .extraction) {
        self.stream = stream
        self.limits = limits
    }

    /// One picture of a segment.
    ///
    /// - Parameters:
    ///   - index: the picture's place in the segment, from 0.
    ///   - segment: the stored segment's bytes.
    /// - Throws: `.invalidValue` if the segment does not have so many; `.toolFailed`, `.canceled`.
    public func frame(
        _ index: Int, ofSegment segment: [UInt8], as format: Format,
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) -> [UInt8] {
        let filter = "select=eq(n\\,\(max(index, 0))),"
        let frames = try extract(segment, filter, ["-frames:v", "1"], format, isCanceled)
        guard index >= 0, let frame = frames.first else {
            throw EngineError(.invalidValue, "frame \(index)", found: "a segment with fewer pictures")
        }
        return frame
    }

    /// All pictures of a segment, in order.
    ///
    /// - Throws: `.toolFailed`, `.canceled`.
    public func frames(
        ofSegment segment: [UInt8], as format: Format = .jpeg(),
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) -> [[UInt8]] {
        try extract(segment, "", [], format, isCanceled)
    }

    private func extract(
        _ segment: [UInt8], _ selection: String, _ options: [String], _ format: Format,
        _ isCanceled: @escaping @Sendable () -> Bool
    ) throws(EngineError) -> [[UInt8]] {
        let layout = stream.layout
        // Only libvpx's own decoder reads alpha.
        let decoder = layout.transparent ? ["-c:v", "libvpx-vp9"] : []
        let child = try ChildProcess(
            "ffmpeg",
            ["-nostdin", "-v", "error", "-protocol_whitelist", "pipe", "-threads", "1", "-filter_threads", "1"]
                + decoder
                + ["-f", layout.format == .mp4 ? "mov" : "matroska", "-i", "pipe:0", "-map", "0:v:0"]
                + ["-vf", selection + ColorConversion.decodingFilter(transparent: layout.transparent)]
                + ["-vsync", "passthrough"] + options + ["-f", "rawvideo", "pipe:1"],
            input: .pipe, output: .pipe)
        defer {
            child.kill()
            child.wait()
        }
        let watchdog = Watchdog(child, wallSeconds: limits.wallSeconds, isCanceled: isCanceled)
        try child.confine(limits)
        let feeder = InputFeeder(child, [stream.header, segment])
        let result = Result { () throws(EngineError) in
            var frames: [[UInt8]] = []
            while let picture = try Self.read(child, layout) { frames.append(try Self.encode(picture, format)) }
            try child.finish()
            return frames
        }
        child.kill()
        child.wait()
        feeder.wait()
        if let reason = watchdog.release() { throw reason.error("ffmpeg", doing: "decoding a segment") }
        return try result.get()
    }

    /// The next picture, the columns and rows left out that only the encoder wanted; nil at the end.
    private static func read(_ child: ChildProcess, _ layout: VideoLayout) throws(EngineError) -> Picture? {
        let stride = layout.codedWidth * layout.channels
        let size = stride * layout.codedHeight
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let read = child.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]))
                guard read > 0 else { break }
                count += read
            }
        }
        guard !bytes.isEmpty else { return nil }
        guard bytes.count == size else {
            throw EngineError(.toolFailed, "ffmpeg", found: "\(bytes.count) bytes of a picture", expected: "\(size)")
        }
        guard layout.codedWidth != layout.width || layout.codedHeight != layout.height else {
            return Picture(width: layout.width, height: layout.height, channels: layout.channels, bytes: bytes)
        }
        let rows = (0..<layout.height).flatMap { bytes[$0 * stride..<$0 * stride + layout.width * layout.channels] }
        return Picture(width: layout.width, height: layout.height, channels: layout.channels, bytes: rows)
    }

    private static func encode(_ picture: Picture, _ format: Format) throws(EngineError) -> [UInt8] {
        switch format {
        case .jpeg(let quality): try JPEGCodec.encode(picture.overWhite, quality: quality)
        case .png: try PNGCodec.encode(picture)
        }
    }
}
