import Engine

/// Encodes the sound of a video, once for all its segments.
public enum SoundtrackEncoder {
    /// Encodes the sound, all its channels, cut or padded with silence to exactly the length of the video.
    ///
    /// - Parameters:
    ///   - output: the file that `EncodedSoundtrack` reads; it appears complete or not at all.
    public static func encode(
        _ soundtrack: Soundtrack, name: String? = nil, format: VideoFormat, timeline: VideoTimeline, to output: String,
        limits: ProcessLimits = .untrustedAudio, isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) {}
}
