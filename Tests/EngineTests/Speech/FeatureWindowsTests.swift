import Testing

@testable import Engine

@Suite struct FeatureWindowsTests {
    /// Logits that tell their step: step t holds t + 1 in every character.
    private func logits(_ steps: Int) -> [Float] {
        (0..<steps).flatMap { [Float](repeating: Float($0 + 1), count: SpeechFeatures.characters) }
    }

    /// The first character of every step of a window.
    private func window(_ index: Int, of features: SpeechFeatures) -> [Float] {
        (0..<SpeechFeatures.steps).map {
            features.values[(index * SpeechFeatures.steps + $0) * SpeechFeatures.characters]
        }
    }

    @Test func windowsAreCentredOnTheirFrameAndPaddedWithZeros() throws {
        // 0.4 s: 20 steps, the last of which is dropped, in 10 windows.
        let features = try FeatureWindows.windows(of: logits(20), seconds: 0.4)
        #expect(features.count == 10)
        #expect(window(0, of: features) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8])
        #expect(window(4, of: features) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
        #expect(window(9, of: features) == [11, 12, 13, 14, 15, 16, 17, 18, 19, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func theLastOutputIsHeldWhereTheNetworkHasFewer() throws {
        let features = try FeatureWindows.windows(of: logits(3), seconds: 0.12)
        #expect(features.count == 3)
        #expect(window(0, of: features).suffix(8) == [1, 2, 3, 3, 3, 0, 0, 0])
    }

    @Test func outputsBeyondTheDurationAreDropped() throws {
        let features = try FeatureWindows.windows(of: logits(50), seconds: 0.12)
        #expect(window(0, of: features).suffix(8) == [1, 2, 3, 4, 5, 0, 0, 0])
    }

    /// Python's round: 2.5 steps are 2, 3.5 are 4.
    @Test(arguments: [(0.03, 1), (0.05, 1), (0.07, 2), (0.0701, 2), (0.11, 3), (10, 250)])
    func halvesRoundToEven(seconds: Double, count: Int) throws {
        #expect(try FeatureWindows.windows(of: logits(1), seconds: seconds).count == count)
    }

    @Test(arguments: [0.0299, 0.01, 1.0 / 16000])
    func lessThanAWindowIsAnError(seconds: Double) {
        let error = SpeechFixture.error {
            _ = try FeatureWindows.windows(of: logits(1), seconds: seconds, name: "a.wav")
        }
        #expect(
            error?.description == "a.wav: \(seconds) seconds of audio, expected at least 0.03; name a longer recording")
    }
}
