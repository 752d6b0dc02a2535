import ArgumentParser
import Engine
import Foundation
import Media
import Studio

/// `adnerf features`: speech as the numbers that drive an avatar.
struct Features: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Computes speech features (.npy, float32 [frames, 16, 29]) from audio.")

    @Argument(help: "Any file with sound that ffmpeg decodes; its first channel is used.")
    var audio: String

    @Option(
        help: ArgumentHelp(
            "A DeepSpeech 0.1.0 frozen graph. By default the one that is shipped.", valueName: "graph.pb"))
    var deepspeech: String?

    @Option(name: [.short, .long], help: ArgumentHelp("The .npy file to write.", valueName: "file.npy"))
    var output: String

    func run() throws {
        let interruption = Interruption.watch()
        let file = try OutputFile(output)
        let features = try SpeechReader.features(
            audio: audio, graph: SpeechGraph.path(deepspeech), threads: ProcessInfo.processInfo.activeProcessorCount,
            report: Terminal.note,
            isCanceled: { interruption.isRequested })
        let shape = [features.count, SpeechFeatures.steps, SpeechFeatures.characters]
        try file.write(NumpyFile.encode(Tensor(shape: shape, values: features.values)))
        Terminal.say("\(output): \(features.count) frames of speech features")
    }
}
