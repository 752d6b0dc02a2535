import Engine

/// Decodes audio of untrusted origin, in a process that can do nothing but that (`AudioSandbox`).
public enum AudioDecoder {
    /// Decodes the first channel of a file's first audio stream, at the file's own sample rate.
    ///
    /// - Parameters:
    ///   - path: the upload.
    ///   - name: what errors call it, for example the name of a form's field; the path by default.
    ///   - limits: `outputBytes` bounds the length: two bytes a sample.
    ///   - isCanceled: asked twenty times a second.
    /// - Throws: `.unreadable`; `.malformed` (no audio, or damaged); `.unsupported` (a playlist); `.invalidValue`
    ///   (longer
    ///   or more work than the limits allow); `.canceled`; `.toolFailed` (ffmpeg is missing or cannot be confined).
    public static func decode(
        path: String, name: String? = nil, limits: ProcessLimits = .untrustedAudio,
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) -> AudioFile {
        let name = name ?? path
        // Sun audio: a header of four-byte words that says the sample rate, then samples, big-endian, to the end.
        let arguments = ["-af", "pan=mono|c0=c0", "-c:a", "pcm_s16be", "-f", "au"]
        return try AudioSandbox.run(
            path: path, name: name, arguments: arguments, limits: limits, isCanceled: isCanceled
        ) { decoder throws(EngineError) in
            let reader = read(decoder, limit: limits.outputBytes / 2)
            guard reader.samples.count <= limits.outputBytes / 2 else {
                let seconds = limits.outputBytes / 2 / max(reader.sampleRate ?? 1, 1)
                throw EngineError(
                    .invalidValue, name, found: "more than \(seconds) s of audio", expected: "\(seconds) s at most",
                    remedy: "split it")
            }
            return reader
        }.audio(name: name)
    }

    /// Reads to the end, or a little beyond the limit.
    private static func read(_ decoder: ChildProcess, limit: Int) -> SunAudioReader {
        var reader = SunAudioReader()
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
            while reader.samples.count <= limit {
                let count = decoder.read(into: buffer)
                guard count > 0 else { return }
                reader.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
        return reader
    }
}

extension SunAudioReader {
    fileprivate func audio(name: String) throws(EngineError) -> AudioFile {
        guard !isMalformed, let sampleRate, !samples.isEmpty else {
            throw EngineError(
                .malformed, name, found: "no audio samples in it", expected: "at least one",
                remedy: "record or export the audio again")
        }
        return AudioFile(sampleRate: sampleRate, samples: samples)
    }
}
