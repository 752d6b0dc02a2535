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
        let sampleCount = timeline.frameCount * EncodedSoundtrack.samplesPerFrame
        let length = ["apad=whole_len=\(sampleCount)", "atrim=end_sample=\(sampleCount)"]
        try packets(soundtrack, name, format, length, limits, isCanceled).write(to: output, timeline: timeline)
    }

    /// Encodes the sound for a video that shows all of its speech, while it is not yet known how many frames these are.
    ///
    /// `SoundPackets.write` cuts it: up to a packet's length, a fiftieth of a second, is still heard behind the last
    /// frame where the sound goes on.
    ///
    /// - Parameter seconds: of more than this, counted from the sound's start, the rest is left out.
    /// - Throws: what `AudioDecoder.decode` throws.
    public static func packets(
        of soundtrack: Soundtrack, name: String? = nil, format: VideoFormat, atMost seconds: Int,
        limits: ProcessLimits = .untrustedAudio, isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) -> SoundPackets {
        // The last frame may end up to two frames' time after the speech does.
        let length = [
            "atrim=end_sample=\(max(seconds, 1) * EncodedSoundtrack.sampleRate)",
            "apad=pad_len=\(2 * EncodedSoundtrack.samplesPerFrame)",
        ]
        return try packets(soundtrack, name, format, length, limits, isCanceled)
    }

    /// - Parameter length: filters that bring the sound to its length.
    private static func packets(
        _ soundtrack: Soundtrack, _ name: String?, _ format: VideoFormat, _ length: [String], _ limits: ProcessLimits,
        _ isCanceled: @escaping @Sendable () -> Bool
    ) throws(EngineError) -> SoundPackets {
        let name = name ?? soundtrack.path
        let container = format == .mp4 ? "adts" : "webm"
        let encoded = try AudioSandbox.run(
            path: soundtrack.path, name: name,
            arguments: ["-af", filter(soundtrack.start, length)] + format.audioArguments + ["-f", container],
            limits: limits, isCanceled: isCanceled
        ) { encoder throws(EngineError) in
            try encoder.readAll(limit: min(limits.outputBytes, outputLimit))
        }
        switch format {
        case .mp4:
            let stream = try ADTS(encoded)
            return SoundPackets(
                format: format, channels: stream.channels, samplesPerPacket: aacPacket, priming: aacPriming,
                configuration: stream.configuration, packets: stream.frames.map { encoded[$0] }, name: name)
        case .webm:
            let stream = try WebMReader(encoded)
            let head = stream.codecPrivate
            // Channels at byte 9, the pre-skip after them, little-endian (RFC 7845 section 5.1).
            guard head.starts(with: Array("OpusHead".utf8)), head.count >= 19 else {
                throw EngineError(.malformed, "Opus stream", found: "no identification header")
            }
            return SoundPackets(
                format: format, channels: Int(head[9]), samplesPerPacket: opusPacket,
                priming: Int(head[10]) | Int(head[11]) << 8, configuration: head,
                packets: stream.packets.map { $0.bytes[...] }, name: name)
        }
    }

    private static func filter(_ start: Double, _ length: [String]) -> String {
        let inStep = [
            // Time is counted in samples, as it was when the features were computed: gaps and offsets in the file's own
            // clock would put the sound out of step with the lips.
            "asetpts=N/SR/TB",
            "atrim=start=\(start)",
            "asetpts=PTS-STARTPTS",
            "aresample=\(EncodedSoundtrack.sampleRate)",
        ]
        let end = [
            // Silence behind the end draws the encoder's last samples out; packets of nothing but that are left out.
            "apad=pad_len=4096",
            // Layouts that both encoders know and AAC has a number for; others are mixed to the nearest.
            "aformat=channel_layouts=mono|stereo|3.0|5.0|5.1",
        ]
        return (inStep + length + end).joined(separator: ",")
    }
}
