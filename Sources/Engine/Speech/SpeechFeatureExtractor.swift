/// Turns a recording into the features that drive the avatar: resampling, cepstra, DeepSpeech, windows.
///
///     let model = try DeepSpeech(path: "output_graph.pb")
///     let extractor = SpeechFeatureExtractor(model: model)
///     let (features, timings) = try extractor.features(of: waveform)
public struct SpeechFeatureExtractor: Sendable {
    /// Where the time went, in seconds.
    public struct Timings: Sendable {
        public var resampling = 0.0
        public var cepstra = 0.0
        public var network = 0.0
        public var total: Double { resampling + cepstra + network }
    }

    public let model: DeepSpeech
    /// Threads for the network: 1 or 2.
    public let threads: Int

    public init(model: DeepSpeech, threads: Int = 2) {
        self.model = model
        self.threads = threads
    }

    /// `DeepSpeech.logits` describes the memory that this takes beside the model's; an hour's features take 170 MB.
    ///
    /// - Parameter waveform: let go of before the network runs, if the caller keeps no copy.
    /// - Parameter isCanceled: asked several times a second, from more than one thread.
    /// - Returns: `ceil((round(50 * seconds) - 1) / 2)` windows, and the time they took.
    /// - Throws: `EngineError` `.invalidValue` for a recording of less than 30 ms, `.canceled`.
    public func features(
        of waveform: consuming Waveform, isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) -> (features: SpeechFeatures, timings: Timings) {
        let (seconds, name) = (waveform.seconds, waveform.name)
        _ = try FeatureWindows.stepCount(seconds: seconds, name: name)
        var timings = Timings()
        let clock = ContinuousClock()
        var last = clock.now
        func lap() -> Double {
            defer { last = clock.now }
            return (clock.now - last) / .seconds(1)
        }

        let samples = try Self.resampled(consume waveform, isCanceled: isCanceled)
        timings.resampling = lap()
        let rows = try Self.rows(of: consume samples, isCanceled: isCanceled)
        timings.cepstra = lap()
        let logits = try model.logits(for: rows, threads: threads, isCanceled: isCanceled)
        let features = try FeatureWindows.windows(of: logits, seconds: seconds, name: name)
        timings.network = lap()
        return (features, timings)
    }

    // These take what they are given, so that an hour's samples do not stay in memory behind the network's back.

    private static func resampled(
        _ waveform: consuming Waveform, isCanceled: () -> Bool
    ) throws(EngineError) -> [Int16] {
        try Resampler(from: waveform.sampleRate).resample(waveform.samples, isCanceled: isCanceled)
    }

    private static func rows(of samples: consuming [Int16], isCanceled: () -> Bool) throws(EngineError) -> ContextRows {
        var cepstrum = MelCepstrum()
        return ContextRows(cepstra: try cepstrum.cepstra(of: samples, isCanceled: isCanceled))
    }
}
