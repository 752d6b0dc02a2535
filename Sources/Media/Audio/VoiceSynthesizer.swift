import Engine
import Foundation

/// Reads text aloud with espeak-ng, in a process that can write no file.
///
/// The text goes in by standard input and never by arguments, so that none of it can be taken for an option; the sound
/// comes back by a pipe. CPU time, memory, wall time and output are bounded, as they are for decoding.
public enum VoiceSynthesizer {
    static let program = "espeak-ng"

    /// Writes a WAV file of one 16-bit channel.
    ///
    /// - Parameters:
    ///   - isCanceled: asked twenty times a second.
    /// - Throws: `.invalidValue` for an unknown voice, a text without a sound in it, or one that is longer or more work
    ///   than the limits allow; `.canceled`; `.unwritable`; `.toolFailed` (espeak-ng is missing or fails).
    public static func synthesize(
        _ text: SpokenText, voice: Voice, to path: String, limits: ProcessLimits = .speech,
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) {
        let sound = try speak(text, voice, limits, isCanceled)
        guard FileManager.default.createFile(atPath: path, contents: Data(sound)) else {
            throw EngineError(.unwritable, path, found: "the speech cannot be written there")
        }
    }

    private static func speak(
        _ text: SpokenText, _ voice: Voice, _ limits: ProcessLimits, _ isCanceled: @escaping @Sendable () -> Bool
    ) throws(EngineError) -> [UInt8] {
        var arguments = ["--stdin", "--stdout", "-b", "1", "-v", voice.name]
        if let speed = voice.speed { arguments += ["-s", "\(speed)"] }
        if let pitch = voice.pitch { arguments += ["-p", "\(pitch)"] }
        let child = try ChildProcess(program, arguments, input: .pipe, output: .pipe)
        defer {
            child.kill()
            child.wait()
        }
        let watchdog = Watchdog(child, wallSeconds: limits.wallSeconds, isCanceled: isCanceled)
        let bytes = Array(text.text.utf8) + [UInt8(ascii: "\n")]
        // While it starts it makes shared memory for sound devices, which it does not need and a limit would end it for.
        // Files can be read on: words of another script bring in another dictionary while it speaks.
        if child.feedFirst(bytes[0]) { try child.confine(limits) }
        let feeder = InputFeeder(child, [Array(bytes.dropFirst())])
        let output = Result { () throws(EngineError) in try child.readAll(limit: limits.outputBytes) }
        let ending = child.wait()
        feeder.wait()
        try explain(watchdog.release(), ending, child, voice, limits)
        guard case .success(let bytes) = output else {
            throw EngineError(
                .invalidValue, "text", found: "more than \(limits.outputBytes) bytes of speech", remedy: "split it")
        }
        return try WaveBytes(bytes).file
    }

    private static func explain(
        _ bite: Watchdog.Reason?, _ ending: ChildProcess.Ending, _ child: ChildProcess, _ voice: Voice,
        _ limits: ProcessLimits
    ) throws(EngineError) {
        switch (bite, ending) {
        case (.canceled?, _):
            throw EngineError(.canceled, "text", found: "canceled while it was read aloud")
        case (.tooSlow(let seconds)?, _):
            throw EngineError(
                .invalidValue, "text", found: "more than \(Int(seconds)) s of work to read it aloud",
                remedy: "split it")
        case (nil, .exited(status: 0)), (nil, .killed(SIGKILL)):
            // Killed because of what came out of it, which the reader explains.
            return
        case (nil, .killed(SIGXCPU)):
            throw EngineError(
                .invalidValue, "text", found: "more than \(limits.cpuSeconds) s of CPU time to read it aloud",
                remedy: "split it")
        case (nil, _) where child.complained(of: "voice does not exist"):
            throw EngineError(
                .invalidValue, "voice", found: "the unknown voice '\(voice.name)'",
                expected: "one that espeak-ng has", remedy: "'espeak-ng --voices' lists them")
        case (nil, .killed(let signal)):
            throw EngineError(.toolFailed, program, found: "ended by signal \(signal)")
        case (nil, .exited(let status)):
            let complaint = child.complaint
            throw EngineError(
                .toolFailed, program, found: complaint.isEmpty ? "exit status \(status)" : complaint)
        }
    }
}
