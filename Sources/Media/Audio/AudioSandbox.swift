import Engine
import Foundation

/// Runs ffmpeg over audio of untrusted origin.
///
/// Its decoders are a million lines of C, so a hostile file is taken to own the process that reads it. That process has
/// no way to anything: it reads the file from a pipe and writes to a pipe; before it is given the second byte of input,
/// the kernel forbids it to open any file or socket and to write any file, and bounds its CPU time and memory. Wall
/// time and output are bounded here. ffmpeg itself is told to use no protocol but the pipe, and no container that is a
/// list of other files, and no decoder of anything but sound.
enum AudioSandbox {
    /// Containers of sound. Not among them: playlists (`hls`, `concat`, `dash`, `sdp`), devices, scripts, and pictures.
    private static let containers = [
        "aac", "ac3", "aiff", "amr", "amrnb", "amrwb", "ape", "asf", "au", "avi", "caf", "dts", "eac3", "flac", "flv",
        "gsm",
        "matroska", "mov", "mp3", "mpc", "mpc8", "mpeg", "mpegts", "ogg", "rm", "tta", "voc", "w64", "wav", "wv",
    ]
    private static let codecs = [
        "aac", "aac_fixed", "aac_latm", "ac3", "ac3_fixed", "alac", "amrnb", "amrwb", "ape", "cook", "dca", "eac3",
        "flac",
        "gsm", "gsm_ms", "libopus", "libvorbis", "mp1", "mp1float", "mp2", "mp2float", "mp3", "mp3float", "mpc7",
        "mpc8", "nellymoser", "opus",
        "speex", "libspeex", "tta", "vorbis", "wavpack", "wmalossless", "wmapro", "wmav1", "wmav2", "wmavoice",
        "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_swf", "adpcm_yamaha", "adpcm_g722", "adpcm_g726",
        "pcm_alaw", "pcm_bluray", "pcm_dvd", "pcm_f32be", "pcm_f32le", "pcm_f64be", "pcm_f64le", "pcm_mulaw",
        "pcm_s16be",
        "pcm_s16le", "pcm_s24be", "pcm_s24le", "pcm_s32be", "pcm_s32le", "pcm_s8", "pcm_u16be", "pcm_u16le",
        "pcm_u24be",
        "pcm_u24le", "pcm_u32be", "pcm_u32le", "pcm_u8",
    ]

    /// Runs ffmpeg with the first audio stream of a file as its only stream.
    ///
    /// - Parameters:
    ///   - name: what errors call the file; a server does not tell its clients its own paths.
    ///   - arguments: filters, encoder and format of what it writes to its standard output.
    ///   - read: takes the output to its end.
    static func run<Value>(
        path: String, name: String, arguments: [String], limits: ProcessLimits,
        isCanceled: @escaping @Sendable () -> Bool, read: (ChildProcess) throws(EngineError) -> Value
    ) throws(EngineError) -> Value {
        let source = try MovieSource(path: path, name: name)
        let decoder = try ChildProcess(
            "ffmpeg",
            ["-nostdin", "-v", "error", "-protocol_whitelist", "pipe"]
                + ["-format_whitelist", containers.joined(separator: ",")]
                + ["-codec_whitelist", codecs.joined(separator: ",")]
                + ["-threads", "1", "-filter_threads", "1", "-vn", "-sn", "-dn", "-i", "pipe:0", "-map", "0:a:0"]
                + ["-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags", "+bitexact"]
                + arguments + ["pipe:1"],
            input: .pipe, output: .pipe)
        defer {
            decoder.kill()
            decoder.wait()
        }
        let watchdog = Watchdog(decoder, wallSeconds: limits.wallSeconds, isCanceled: isCanceled)
        try decoder.confine(limits)
        try decoder.sealAfterReading(source.first)
        let feeder = InputFeeder(decoder, next: source.pieces())
        let value = Result { () throws(EngineError) in try read(decoder) }
        if case .failure = value { decoder.kill() }
        let ending = decoder.wait()
        feeder.wait()
        try explain(watchdog.release(), ending, decoder, name, limits)
        return try value.get()
    }

    private static func explain(
        _ bite: Watchdog.Reason?, _ ending: ChildProcess.Ending, _ decoder: ChildProcess, _ name: String,
        _ limits: ProcessLimits
    ) throws(EngineError) {
        let remedy = "record or export the audio again"
        switch (bite, ending) {
        case (.canceled?, _):
            throw EngineError(.canceled, name, found: "canceled while it was decoded")
        case (.tooSlow(let seconds)?, _):
            throw EngineError(
                .invalidValue, name, found: "audio that takes more than \(Int(seconds)) s to decode", remedy: remedy)
        case (nil, .killed(SIGXCPU)):
            throw EngineError(
                .invalidValue, name, found: "audio that takes more than \(limits.cpuSeconds) s of CPU time to decode",
                remedy: remedy)
        case (nil, .exited(status: 0)), (nil, .killed(SIGKILL)):
            // Killed because of what came out of it, which the reader explains.
            return
        case (nil, _) where decoder.complained(of: "matches no streams"):
            throw EngineError(
                .malformed, name, found: "no audio stream in it", expected: "a file with sound",
                remedy: "name an audio file")
        case (nil, _) where decoder.complained(of: "not on whitelist"):
            throw EngineError(
                .unsupported, name, found: "a kind of file or a codec that is not decoded for others",
                expected: "a common audio format", remedy: "convert it to WAV, MP3, M4A, Ogg or FLAC")
        case (nil, .killed(let signal)):
            throw EngineError(
                .malformed, name, found: "audio that a decoder fails on (signal \(signal))", remedy: remedy)
        case (nil, .exited):
            let reason = decoder.complaint.replacing("pipe:0: ", with: "")
            throw EngineError(
                .malformed, name,
                found: "audio that cannot be decoded (\(reason.isEmpty ? "no reason given" : reason))",
                expected: "an audio file", remedy: remedy)
        }
    }
}
