import Engine
import Foundation
import Media
import Studio
import Synchronization

/// The speech network, loaded when it is first needed and then shared.
final class SpeechModel: Sendable {
    /// The frozen graph's path; nil if the operator has none.
    let path: String?
    private let model = Mutex<DeepSpeech?>(nil)

    /// - Parameters:
    ///   - path: a graph; nil looks for the only `.pb` in the folder of avatars, and then for the one that is shipped.
    ///   - shipped: what comes with the program.
    init(path: String?, avatars: String, shipped: ShippedFiles = ShippedFiles()) {
        if let path {
            self.path = path
        } else {
            let files = (try? FileManager.default.contentsOfDirectory(atPath: avatars)) ?? []
            let graphs = files.filter { $0.hasSuffix(".pb") }
            self.path = graphs.count == 1 ? "\(avatars)/\(graphs[0])" : shipped.speechModel
        }
    }

    var isConfigured: Bool { path != nil }

    /// Features of decoded audio, 25 a second.
    ///
    /// - Throws: `.unreadable` without a graph, `.canceled`, and what is wrong with the graph or the audio.
    func features(
        of audio: AudioFile, name: String, isCanceled: @escaping @Sendable () -> Bool
    ) throws(EngineError) -> SpeechFeatures {
        let waveform = try Waveform(sampleRate: audio.sampleRate, samples: audio.samples, name: name)
        let extractor = SpeechFeatureExtractor(model: try loaded(), threads: 2)
        return try extractor.features(of: waveform, isCanceled: isCanceled).0
    }

    private func loaded() throws(EngineError) -> DeepSpeech {
        guard let path else {
            throw EngineError(
                .unreadable, "audio", found: "no speech model on this server",
                remedy: "send features, or have the operator start with --deepspeech")
        }
        let result = model.withLock { model in
            Result { () throws(EngineError) in
                if let model { return model }
                // The network's time goes to reading its weights, which two threads already do as fast as memory allows.
                let made = try DeepSpeech(path: path, threads: 2)
                model = made
                return made
            }
        }
        return try result.get()
    }
}
