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

    /// - Parameter isCanceled: asked several times a second, from more than one thread.
    /// - Returns: `ceil((round(50 * seconds) - 1) / 2)` windows, and the time they took.
    /// - Throws: `EngineError` `.invalidValue` for a recording of less than 30 ms, `.canceled`.
    public func features(
        of waveform: Waveform, isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) -> (features: SpeechFeatures, timings: Timings) {
        _ = try FeatureWindows.stepCount(seconds: waveform.seconds, name: waveform.name)
        var timings = Timings()
        let clock = ContinuousClock()
        var last = clock.now
        func lap() -> Double {
            defer { last = clock.now }
            return (clock.now - last) / .seconds(1)
        }

        let samples = try Resampler(from: waveform.sampleRate).resample(waveform.samples, isCanceled: isCanceled)
        timings.resampling = lap()
        var cepstrum = MelCepstrum()
        let rows = ContextRows(cepstra: try cepstrum.cepstra(of: samples, isCanceled: isCanceled))
        timings.cepstra = lap()
        let logits = try model.logits(for: rows, threads: threads, isCanceled: isCanceled)
        let features = try FeatureWindows.windows(of: logits, seconds: waveform.seconds, name: waveform.name)
        timings.network = lap()
        return (features, timings)
    }
}
