import Foundation
import Testing

@testable import Engine

@Suite struct MelCepstrumTests {
    private static let clips = [("mono.wav", 6), ("stereo.wav", 6)]

    /// Lengths around every change of the number of frames, as `make_fixtures.py` has them, and digital silence at
    /// the end.
    @Test func equalsPythonSpeechFeatures() throws {
        let mono = try SpeechFixture.waveform(at: SpeechFixture.path("mono.wav")).samples
        let expected = try SpeechFixture.array("cepstra.npy").values
        var cepstra: [Double] = []
        var cepstrum = MelCepstrum()
        for length in [1, 2, 399, 400, 401, 560, 561, 720, 721, 1600] {
            cepstra += try cepstrum.cepstra(of: Array(mono[4000..<(4000 + length)]))
        }
        cepstra += try cepstrum.cepstra(of: [Int16](repeating: 0, count: 1000))
        #expect(SpeechFixture.difference(cepstra.map { Float($0) }, expected) < 2e-5)
    }

    @Test(arguments: clips)
    func inputsEqualTheReference(clip: String, spacing: Int) throws {
        let rows = try SpeechFixture.rows(of: SpeechFixture.waveform(at: SpeechFixture.path(clip)))
        let name = clip.replacing(".wav", with: "")
        try expectRows(rows, equal: SpeechFixture.array("\(name).inputs.npy"), spacing: spacing)
    }

    @Test(.enabled(if: SpeechFixture.shared != nil), arguments: ["speech-16k", "speech-44k-stereo"])
    func inputsOfTheRecordingsEqualTheReference(name: String) throws {
        let wav = try #require(SpeechFixture.shared).appending(path: "\(name).wav").path
        let rows = try SpeechFixture.rows(of: SpeechFixture.waveform(at: wav))
        try expectRows(rows, equal: SpeechFixture.array("\(name).inputs.npy"), spacing: 16)
    }

    /// `expected` holds every `spacing`-th row.
    private func expectRows(_ rows: ContextRows, equal expected: Tensor, spacing: Int) throws {
        try #require((rows.count + spacing - 1) / spacing == expected.shape[0])
        let inputs = SpeechFixture.inputs(rows)
        let kept = stride(from: 0, to: rows.count, by: spacing).flatMap {
            inputs[($0 * ContextRows.width)..<(($0 + 1) * ContextRows.width)]
        }
        #expect(SpeechFixture.difference(kept, expected.values) < 1e-4)
    }

    @Test func inputsAreNormalisedOverTheUtterance() throws {
        let rows = try SpeechFixture.rows(of: SpeechFixture.waveform(at: SpeechFixture.path("mono.wav")))
        let inputs = SpeechFixture.inputs(rows).map { Double($0) }
        let mean = inputs.reduce(0, +) / Double(inputs.count)
        let variance = inputs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(inputs.count)
        #expect(abs(mean) < 1e-6)
        #expect(abs(variance - 1) < 1e-6)
    }

    @Test(arguments: [[Int16](repeating: 0, count: 16000), [0], [-1], [32767]])
    func silenceAndSingleSamplesAreFinite(samples: [Int16]) throws {
        var cepstrum = MelCepstrum()
        let rows = ContextRows(cepstra: try cepstrum.cepstra(of: samples))
        #expect(SpeechFixture.inputs(rows).allSatisfy { $0.isFinite })
    }

    @Test func equalInputsBecomeZeros() {
        let rows = ContextRows(cepstra: [Double](repeating: 0, count: MelCepstrum.coefficients))
        #expect(SpeechFixture.inputs(rows) == [Float](repeating: 0, count: ContextRows.width))
    }

    /// A direct transform, bin by bin.
    @Test func powerSpectrumEqualsItsDefinition() {
        let samples = SpeechFixture.noise(PowerSpectrum.size).map { Double($0) }
        var power = [Double](repeating: 0, count: PowerSpectrum.bins)
        var spectrum = PowerSpectrum()
        spectrum.transform(samples, into: &power)
        for bin in power.indices {
            var (x, y) = (0.0, 0.0)
            for (index, sample) in samples.enumerated() {
                let angle = 2 * Double.pi * Double(index * bin % PowerSpectrum.size) / Double(PowerSpectrum.size)
                x += sample * cos(angle)
                y += sample * sin(angle)
            }
            #expect(abs(power[bin] - (x * x + y * y) / Double(PowerSpectrum.size)) < 1e-12)
        }
    }
}
