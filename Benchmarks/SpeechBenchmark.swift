import Engine
import Foundation

/// Speech features at DeepSpeech's released width of 2048: seconds for each stage, how much faster than the speech
/// itself that is, and the process's peak memory.
///
/// - Parameter graph: a frozen DeepSpeech graph; without one, a graph with random weights (490 MB) is written to a
/// temporary
///   folder and removed afterwards.
/// - Parameter seconds: length of the synthetic recording, at 44.1 kHz.
func speechBenchmark(graph: String? = nil, seconds: Int = 10, threads: Int = 2) throws {
    let temporary = FileManager.default.temporaryDirectory.appending(path: "deepspeech-\(UUID().uuidString).pb")
    defer { if graph == nil { try? FileManager.default.removeItem(at: temporary) } }
    if graph == nil { try SpeechBenchmarkGraph(width: 2048).write(to: temporary) }

    let clock = ContinuousClock()
    let start = clock.now
    let model = try DeepSpeech(path: graph ?? temporary.path, threads: threads)
    let loading = (clock.now - start) / .seconds(1)
    let loaded = peakMemory()
    let extractor = SpeechFeatureExtractor(model: model, threads: threads)
    let (features, timings) = try extractor.features(of: syntheticSpeech(seconds: seconds))

    func row(_ name: String, _ value: Double, _ unit: String) {
        print("  " + name.padding(toLength: 24, withPad: " ", startingAt: 0) + String(format: "%10.3f %@", value, unit))
    }
    print("Speech features, \(seconds) s at 44.1 kHz, \(threads) threads, \(features.count) windows")
    row("loading the graph", loading, "s")
    row("resampling", timings.resampling, "s")
    row("cepstra", timings.cepstra, "s")
    row("network", timings.network, "s")
    row("speed", Double(seconds) / timings.total, "x real time")
    row("speed with loading", Double(seconds) / (timings.total + loading), "x real time")
    row("peak memory, loading", loaded, "MB")
    row("peak memory", peakMemory(), "MB")
}

/// A voice-like recording: a gliding fundamental with harmonics, in syllables.
private func syntheticSpeech(seconds: Int) throws -> Waveform {
    let rate = 44100
    var phase = 0.0
    let samples = (0..<(seconds * rate)).map { index in
        let time = Double(index) / Double(rate)
        phase += 2 * Double.pi * (130 + 30 * sin(2.1 * time)) / Double(rate)
        let voice = (1...12).reduce(0.0) { $0 + sin(Double($1) * phase) / Double($1) }
        return Int16(5000 * voice * max(0, sin(2 * Double.pi * 2.3 * time)))
    }
    return try Waveform(sampleRate: rate, samples: samples)
}

/// The most memory that this process has had resident, in MB, where the system tells (Linux' VmHWM).
private func peakMemory() -> Double {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kilobytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Double($0) })
    else { return .nan }
    return kilobytes / 1000
}
