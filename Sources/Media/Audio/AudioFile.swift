import Engine

/// The first channel of a sound file, decoded.
public struct AudioFile: Sendable {
    /// Samples a second, as in the file: nothing is resampled.
    public let sampleRate: Int
    /// The first channel. A 16-bit file's samples are exactly those stored; others are rounded to 16 bits.
    public let samples: [Int16]

    /// Seconds, exactly.
    public var duration: Double { Double(samples.count) / Double(sampleRate) }

    /// Decodes anything that ffmpeg reads.
    ///
    /// - Throws: what `AudioStream.probe` throws, and `.malformed` for a stream without one sample, `.invalidValue` for
    ///   one longer than `MediaLimits.audioSamples`.
    public static func decode(_ path: String) throws(EngineError) -> AudioFile {
        let stream = try AudioStream.probe(path)
        let decoder = try ChildProcess(
            "ffmpeg",
            ["-nostdin", "-v", "error"] + MediaPath.protocols
                + ["-i", MediaPath.argument(path), "-map", "0:a:0"]
                // The first channel as it is: a mean of the channels would not be what DeepSpeech was fed in training.
                + ["-af", "pan=mono|c0=c0", "-ar", "\(stream.sampleRate)"]
                + ["-c:a", "pcm_s16le", "-f", "s16le", "pipe:1"],
            output: .pipe)
        let samples = try read(decoder, path)
        guard decoder.wait() == .exited(status: 0) else {
            throw EngineError(
                .malformed, path, found: "audio that cannot be decoded (\(decoder.complaint))",
                remedy: "record or export the audio again")
        }
        guard !samples.isEmpty else {
            throw EngineError(
                .malformed, path, found: "no audio samples in it", expected: "at least one",
                remedy: "record or export the audio again")
        }
        return AudioFile(sampleRate: stream.sampleRate, samples: samples)
    }

    private static func read(_ decoder: ChildProcess, _ path: String) throws(EngineError) -> [Int16] {
        var samples: [Int16] = []
        // A read may end in the middle of a sample, whose first byte then waits at the front of the buffer.
        var pending = 0
        let fits = withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
            while samples.count <= MediaLimits.audioSamples {
                let count = decoder.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[pending...]))
                guard count > 0 else { return true }
                let available = pending + count
                let whole = UnsafeRawBufferPointer(rebasing: buffer[..<(available / 2 * 2)])
                samples += whole.bindMemory(to: Int16.self).lazy.map { Int16(littleEndian: $0) }
                pending = available % 2
                if pending == 1 { buffer[0] = buffer[available - 1] }
            }
            return false
        }
        guard fits else {
            decoder.kill()
            throw EngineError(
                .invalidValue, path, found: "more than \(MediaLimits.audioSamples) samples of audio",
                expected: "an hour and a half at most", remedy: "split it")
        }
        return samples
    }
}
