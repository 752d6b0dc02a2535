import CKernels
import Foundation
import Testing

@testable import Engine

@Suite struct DeepSpeechTests {
    private func rows(_ clip: String) throws -> ContextRows {
        try SpeechFixture.rows(of: SpeechFixture.waveform(at: SpeechFixture.path(clip)))
    }

    @Test(arguments: ["mono", "stereo"])
    func logitsAndFeaturesEqualTheReference(clip: String) throws {
        let model = try DeepSpeech(path: SpeechFixture.path("narrow.pb"))
        let logits = try model.logits(for: rows("\(clip).wav"))
        #expect(SpeechFixture.difference(logits, try SpeechFixture.array("\(clip).logits.npy").values) < 1e-3)

        let waveform = try SpeechFixture.waveform(at: SpeechFixture.path("\(clip).wav"))
        let features = try SpeechFeatureExtractor(model: model).features(of: waveform).features
        let expected = try SpeechFixture.array("\(clip).features.npy")
        #expect([features.count, 16, 29] == expected.shape)
        #expect(SpeechFixture.difference(features.values, expected.values) < 1e-3)
    }

    /// The portable kernels are the others' yardstick, so they are held to the reference themselves.
    @Test func portableKernelsEqualTheReference() throws {
        let graph = try FrozenGraph(path: SpeechFixture.path("narrow.pb"))
        let model = try DeepSpeech(graph: graph, kernels: speech_kernels_portable().pointee)
        let logits = try model.logits(for: rows("mono.wav"))
        #expect(SpeechFixture.difference(logits, try SpeechFixture.array("mono.logits.npy").values) < 1e-3)
    }

    @Test(.enabled(if: SpeechFixture.shared != nil), arguments: ["speech-16k", "speech-44k-stereo"])
    func recordingsEqualTheReference(name: String) throws {
        let folder = try #require(SpeechFixture.shared)
        let model = try DeepSpeech(path: folder.appending(path: "deepspeech-narrow.pb").path)
        let waveform = try SpeechFixture.waveform(at: folder.appending(path: "\(name).wav").path)
        let logits = try model.logits(for: SpeechFixture.rows(of: waveform))
        #expect(SpeechFixture.difference(logits, try SpeechFixture.array("\(name).logits.npy").values) < 1e-3)

        let features = try SpeechFeatureExtractor(model: model).features(of: waveform).features
        let expected = try NumpyFile.read(path: folder.appending(path: "\(name).features.npy").path)
        #expect([features.count, 16, 29] == expected.shape)
        #expect(SpeechFixture.difference(features.values, expected.values) < 1e-3)
    }

    /// Against the network written out in double precision. Every extent is odd, the number of steps leaves remainders
    /// everywhere, and there is more than one chunk.
    @Test(arguments: [1, 2, 119, 120, 121, 250])
    func equalsItsDefinition(steps: Int) throws {
        let graph = SpeechGraph()
        let rows = ContextRows(cepstra: SpeechFixture.noise(steps * 26).map { Double($0) })
        let logits = try DeepSpeech(graph: graph.frozen()).logits(for: rows)
        let expected = DefinedNetwork(graph: graph).logits(SpeechFixture.inputs(rows).map { Double($0) }, steps: steps)
        #expect(SpeechFixture.difference(logits, expected.map { Float($0) }) < 1e-3)
    }

    /// Segments, threads and chunks must not show: 1000 steps in segments of 240 against all at once, bit by bit.
    @Test(arguments: [1, 2])
    func segmentsAndThreadsMakeNoDifference(threads: Int) throws {
        let model = try DeepSpeech(graph: SpeechGraph().frozen())
        let rows = ContextRows(cepstra: SpeechFixture.noise(1000 * 26).map { Double($0) })
        let whole = try model.logits(for: rows, threads: 2)
        #expect(try model.logits(for: rows, threads: threads, segmentSteps: 240) == whole)
    }

    /// More chunks than those whose front layers' outputs are kept.
    @Test func longUtterancesEqualTheSumOfTheirSegments() throws {
        let model = try DeepSpeech(graph: SpeechGraph().frozen())
        let rows = ContextRows(cepstra: SpeechFixture.noise(4000 * 26).map { Double($0) })
        #expect(try model.logits(for: rows) == model.logits(for: rows, threads: 1, segmentSteps: 1200))
    }

    @Test func oneWindowComesOfThirtyMilliseconds() throws {
        let model = try DeepSpeech(graph: SpeechGraph().frozen())
        let waveform = try Waveform(sampleRate: 16000, samples: SpeechFixture.noise(480).map { Int16($0 * 9000) })
        let features = try SpeechFeatureExtractor(model: model).features(of: waveform).features
        #expect(features.count == 1)
        #expect(features.values.allSatisfy { $0.isFinite })
    }

    @Test(arguments: [8000, 16000, 44100])
    func oneSampleIsAnError(rate: Int) throws {
        let extractor = SpeechFeatureExtractor(model: try DeepSpeech(graph: SpeechGraph().frozen()))
        let waveform = try Waveform(sampleRate: rate, samples: [1000], name: "click.wav")
        let error = SpeechFixture.error { _ = try extractor.features(of: waveform) }
        #expect(error?.code == .invalidValue)
        #expect(error?.description.hasPrefix("click.wav: ") == true)
        #expect(
            error?.description.hasSuffix("seconds of audio, expected at least 0.03; name a longer recording") == true)
    }

    @Test func digitalSilenceGivesFiniteFeatures() throws {
        let extractor = SpeechFeatureExtractor(model: try DeepSpeech(graph: SpeechGraph().frozen()))
        let silence = try Waveform(sampleRate: 44100, samples: [Int16](repeating: 0, count: 44100))
        let features = try extractor.features(of: silence).features
        #expect(features.count == 25)
        #expect(features.values.allSatisfy { $0.isFinite })
    }

    @Test func canBeCanceled() throws {
        let extractor = SpeechFeatureExtractor(model: try DeepSpeech(graph: SpeechGraph().frozen()))
        let waveform = try Waveform(sampleRate: 16000, samples: [Int16](repeating: 0, count: 16000))
        #expect(
            SpeechFixture.error { _ = try extractor.features(of: waveform, isCanceled: { true }) }?.code == .canceled)
    }
}

/// The network as its paper and TensorFlow's BasicLSTMCell define it, in double precision.
private struct DefinedNetwork {
    let graph: SpeechGraph

    private func layer(_ x: [[Double]], _ weights: String, _ bias: String, clips: Bool) -> [[Double]] {
        x.map { row in
            let y = product(row, graph.values(weights), graph.values(bias))
            return clips ? y.map { min(max($0, 0), 20) } : y
        }
    }

    private func product(_ row: [Double], _ weights: [Float], _ bias: [Float]) -> [Double] {
        bias.indices.map { n in
            row.indices.reduce(Double(bias[n])) { $0 + row[$1] * Double(weights[$1 * bias.count + n]) }
        }
    }

    private func lstm(_ x: [[Double]], _ direction: String) -> [[Double]] {
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        let kernel = graph.values(DeepSpeechLoader.kernel(direction))
        let bias = graph.values(DeepSpeechLoader.bias(direction))
        let cells = bias.count / 4
        var h = [Double](repeating: 0, count: cells)
        var c = h
        return x.map { row in
            let gates = product(row + h, kernel, bias)
            for n in 0..<cells {
                c[n] = c[n] * sigmoid(gates[2 * cells + n] + 1) + sigmoid(gates[n]) * tanh(gates[cells + n])
                h[n] = tanh(c[n]) * sigmoid(gates[3 * cells + n])
            }
            return h
        }
    }

    func logits(_ inputs: [Double], steps: Int) -> [Double] {
        var x = (0..<steps).map { Array(inputs[($0 * 494)..<(($0 + 1) * 494)]) }
        for k in 1...3 { x = layer(x, "h\(k)", "b\(k)", clips: true) }
        let forward = lstm(x, "fw")
        let backward = lstm(x.reversed(), "bw").reversed()
        x = zip(forward, backward).map { $0 + $1 }
        x = layer(x, "h5", "b5", clips: true)
        return layer(x, "h6", "b6", clips: false).flatMap { $0 }
    }
}
