import Engine

/// Decodes audio of untrusted origin.
public enum AudioDecoder {
    /// - Throws: `.unreadable`, `.malformed`, `.unsupported`, `.invalidValue` (longer than the limits), `.canceled`,
    ///   `.toolFailed` (ffmpeg is missing, or it was ended by a limit).
    public static func decode(
        path: String, name: String? = nil, limits: ProcessLimits = .untrustedAudio,
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) -> AudioFile { fatalError() }
}
