import Testing

@testable import Engine

@Suite struct WaveformTests {
    @Test func lastsAsLongAsItsSamples() throws {
        #expect(try Waveform(sampleRate: 44100, samples: [Int16](repeating: 0, count: 22050)).seconds == 0.5)
    }

    @Test func noSamplesAreAnError() {
        let error = SpeechFixture.error { _ = try Waveform(sampleRate: 16000, samples: [], name: "empty.wav") }
        #expect(error?.code == .invalidValue)
        #expect(
            error?.description.hasPrefix("empty.wav: no samples, expected at least 0.03 seconds of speech;") == true)
    }

    @Test(arguments: [Int.min, -1, 0, 999, 6_144_001, Int.max])
    func absurdRatesAreErrors(rate: Int) {
        let error = SpeechFixture.error { _ = try Waveform(sampleRate: rate, samples: [0]) }
        #expect(error?.found == "\(rate) samples a second")
    }

    @Test func moreThanSixHoursAreAnError() {
        let error = SpeechFixture.error {
            _ = try Waveform(sampleRate: 1000, samples: [Int16](repeating: 0, count: 21_601_000))
        }
        #expect(error?.found == "21601 seconds of audio")
    }
}
