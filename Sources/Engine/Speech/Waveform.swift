/// Speech as it was recorded: one channel of 16-bit samples at the file's own rate.
///
/// Of a recording with several channels this is the first, as in the release
/// (data_util/deepspeech_features/deepspeech_features.py).
public struct Waveform: Sendable, Equatable {
    /// Rates that are accepted, in samples a second.
    public static let sampleRates = 1000...6_144_000
    /// The longest recording that is accepted, in seconds.
    public static let longest = 6.0 * 3600

    /// What errors call the recording: its path, or "audio".
    public let name: String
    /// Samples a second.
    public let sampleRate: Int
    public let samples: [Int16]

    /// How long the recording lasts, in seconds. The number of frames follows from it, so it is that of the file, not
    /// of the resampled signal.
    public var seconds: Double { Double(samples.count) / Double(sampleRate) }

    /// - Throws: `EngineError` `.invalidValue` if the rate is outside `sampleRates`, or there are no samples or more
    /// than six hours of them.
    public init(sampleRate: Int, samples: [Int16], name: String = "audio") throws(EngineError) {
        guard Self.sampleRates.contains(sampleRate) else {
            throw EngineError(
                .invalidValue, name, found: "\(sampleRate) samples a second",
                expected: "\(Self.sampleRates.lowerBound) to \(Self.sampleRates.upperBound)",
                remedy: "convert it to 16 kHz")
        }
        guard !samples.isEmpty else {
            throw EngineError(
                .invalidValue, name, found: "no samples",
                expected: "at least \(FeatureWindows.shortest) seconds of speech",
                remedy: "check that the file has an audio track with sound")
        }
        self.name = name
        self.sampleRate = sampleRate
        self.samples = samples
        guard seconds <= Self.longest else {
            throw EngineError(
                .invalidValue, name, found: "\(Int(seconds)) seconds of audio",
                expected: "at most \(Int(Self.longest))",
                remedy: "cut it into parts")
        }
    }
}
