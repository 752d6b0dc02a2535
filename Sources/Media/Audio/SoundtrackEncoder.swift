import Engine

/// Encodes the sound of a video, once for all its segments.
public enum SoundtrackEncoder {
    /// Samples of AAC's first block, which overlaps nothing.
    private static let aacPriming = 1_024
    private static let aacPacket = 1_024
    /// 20 ms.
    private static let opusPacket = 960
    /// Bytes of encoded sound: more than a day's.
    private static let outputLimit = 1 << 31

    /// Encodes the sound with all its channels (layouts of more than six are mixed down), as AAC-LC for MP4 and as Opus
    /// for WebM, cut or padded with silence to exactly the length of the video.
    ///
    /// The source is taken for untrusted, as by `AudioDecoder`.
    ///
    /// - Parameters:
    ///   - name: what errors call the source; its path by default.
    ///   - output: the file that `EncodedSoundtrack` reads; it appears complete or not at all.
    /// - Throws: what `AudioDecoder.decode` throws, and `.unwritable`.
    public static func encode(
        _ soundtrack: Soundtrack, name: String? = nil, format: VideoFormat, timeline: VideoTimeline, to output: String,
        limits: ProcessLimits = .untrustedAudio, isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) {
        let name = name ?? soundtrack.path
        let sampleCount = timeline.frameCount * EncodedSoundtrack.samplesPerFrame
        let container = format == .mp4 ? "adts" : "webm"
        let encoded = try AudioSandbox.run(
            path: soundtrack.path, name: name,
            arguments: ["-af", filter(soundtrack.start, sampleCount)] + format.audioArguments + ["-f", container],
            limits: limits, isCanceled: isCanceled
        ) { encoder throws(EngineError) in
            try encoder.readAll(limit: min(limits.outputBytes, outputLimit))
        }
        let file: [UInt8]
        switch format {
        case .mp4:
            let stream = try ADTS(encoded)
            file = try EncodedSoundtrack.file(
                format: format, channels: stream.channels, samplesPerPacket: aacPacket, priming: aacPriming,
                sampleCount: sampleCount, configuration: stream.configuration,
                packets: stream.frames.map { encoded[$0] }, name: name)
        case .webm:
            let stream = try WebMReader(encoded)
            let head = stream.codecPrivate
            // Channels at byte 9, the pre-skip after them, little-endian (RFC 7845 section 5.1).
            guard head.starts(with: Array("OpusHead".utf8)), head.count >= 19 else {
                throw EngineError(.malformed, "Opus stream", found: "no identification header")
            }
            file = try EncodedSoundtrack.file(
                format: format, channels: Int(head[9]), samplesPerPacket: opusPacket,
                priming: Int(head[10]) | Int(head[11]) << 8, sampleCount: sampleCount, configuration: head,
                packets: stream.packets.map { $0.bytes[...] }, name: name)
        }
        try OutputFile(output).write(file)
    }

    private static func filter(_ start: Double, _ sampleCount: Int) -> String {
        [
            // Time is counted in samples, as it was when the features were computed: gaps and offsets in the file's own
            // clock would put the sound out of step with the lips.
            "asetpts=N/SR/TB",
            "atrim=start=\(start)",
            "asetpts=PTS-STARTPTS",
            "aresample=\(EncodedSoundtrack.sampleRate)",
            "apad=whole_len=\(sampleCount)",
            "atrim=end_sample=\(sampleCount)",
            // Silence behind the end draws the encoder's last samples out; packets of nothing but that are left out.
            "apad=pad_len=4096",
            // Layouts that both encoders know and AAC has a number for; others are mixed to the nearest.
            "aformat=channel_layouts=mono|stereo|3.0|5.0|5.1",
        ].joined(separator: ",")
    }
}
