import Engine
import Foundation
import Media

/// Turns recordings into the features that drive an avatar.
public enum SpeechReader {
    /// Decodes audio and runs DeepSpeech over it.
    ///
    /// - Parameters:
    ///   - audio: anything that ffmpeg decodes.
    ///   - graph: a DeepSpeech 0.1.0 frozen graph.
    /// - Throws: `.canceled`, and what is wrong with either file.
    public static func features(
        audio: String, graph: String, threads: Int, report: (String) -> Void = { _ in },
        isCanceled: @escaping @Sendable () -> Bool
    ) throws(EngineError) -> SpeechFeatures {
        let recording = try AudioFile.decode(audio)
        let waveform = try Waveform(sampleRate: recording.sampleRate, samples: recording.samples, name: audio)
        // The network's time goes to reading its weights, which two threads already do as fast as memory allows.
        let model = try DeepSpeech(path: graph, threads: min(threads, 2))
        let extractor = SpeechFeatureExtractor(model: model, threads: min(threads, 2))
        report("computing the speech features of \(audio) ...")
        let (features, timings) = try extractor.features(of: waveform, isCanceled: isCanceled)
        report(String(format: "%d frames of speech in %.1f s", features.count, timings.total))
        return features
    }
}
