import Engine
import Foundation

/// What ffprobe says of a file's first audio stream.
public struct AudioStream: Sendable, Hashable {
    /// The codec as ffmpeg names it, for example `pcm_s16le` or `mp3`.
    public let codec: String
    /// Samples a second of each channel.
    public let sampleRate: Int
    public let channels: Int

    /// - Throws: `.unreadable`, `.malformed` (not media, or no audio in it), `.unsupported` (a playlist), `.toolFailed`
    ///   (ffprobe is missing).
    public static func probe(_ path: String) throws(EngineError) -> AudioStream {
        try MediaPath.requireMedia(path)
        let probe = try ChildProcess(
            "ffprobe",
            ["-v", "error"] + MediaPath.protocols
                + ["-select_streams", "a:0", "-show_entries", "stream=codec_name,sample_rate,channels", "-of", "json"]
                + [MediaPath.argument(path)],
            output: .pipe)
        let answer = try probe.readAll(limit: 1 << 16)
        guard probe.wait() == .exited(status: 0) else {
            throw EngineError(
                .malformed, path, found: "not audio that ffmpeg can read (\(reason(probe.complaint, path)))",
                expected: "an audio file")
        }
        let streams = try? JSONDecoder().decode(Answer.self, from: Data(answer)).streams
        guard let stream = streams?.first else {
            throw EngineError(
                .malformed, path, found: "no audio stream in it", expected: "a file with sound",
                remedy: "name an audio file")
        }
        guard let rate = stream.sample_rate.flatMap({ Int($0) }), let channels = stream.channels, rate > 0, channels > 0
        else {
            throw EngineError(.malformed, path, found: "an audio stream without a sample rate or channels")
        }
        return AudioStream(codec: stream.codec_name ?? "unknown", sampleRate: rate, channels: channels)
    }

    /// ffmpeg's complaint without the file's name, which the error already carries.
    private static func reason(_ complaint: String, _ path: String) -> String {
        let text = complaint.replacing("\(MediaPath.argument(path)): ", with: "")
        return text.isEmpty ? "no reason given" : text
    }

    // The fields keep ffprobe's own names.
    private struct Answer: Decodable {
        struct Stream: Decodable {
            let codec_name: String?
            let sample_rate: String?
            let channels: Int?
        }
        let streams: [Stream]
    }
}
