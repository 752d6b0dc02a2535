import Foundation
import Testing

@testable import Engine

@Suite struct ResamplerTests {
    private func input() throws -> [Int16] {
        try SpeechFixture.array("resampler.input.npy").values.map { Int16($0) }
    }

    @Test(arguments: [8000, 22050, 44100, 48000])
    func equalsResampy(rate: Int) throws {
        let input = try input()
        let expected = try SpeechFixture.array("resampler.\(rate).npy").values
        let resampler = Resampler(from: rate)
        try #require(resampler.outputCount(for: input.count) == expected.count)
        let values = expected.indices.map { Float(resampler.value(at: $0, of: input)) }
        // Half a unit in the last place of what the fixture keeps of values up to 65,536.
        #expect(SpeechFixture.difference(values, expected) <= 0.004)
    }

    @Test func equalsEarlierResampy() throws {
        let input = try input()
        let expected = try SpeechFixture.array("resampler.2016.44100.npy").values
        let resampler = Resampler(from: 44100, filter: .kaiserBest2016)
        let values = expected.indices.map { Float(resampler.value(at: $0, of: input)) }
        #expect(SpeechFixture.difference(values, expected) <= 0.004)
    }

    @Test(arguments: [8000, 22050, 44100, 48000])
    func truncatesAndWrapsAsTheReleaseDoes(rate: Int) throws {
        let expected = try SpeechFixture.array("resampler.\(rate).int16.npy").values
        let samples = try Resampler(from: rate).resample(try input())
        #expect(samples.map { Float($0) } == expected)
    }

    @Test func leavesItsOwnRateAlone() throws {
        let input = try input()
        #expect(try Resampler(from: 16000).resample(input) == input)
    }

    /// At the highest rates resampy's truncated step stretches the filter: 21 entries for 21.3 change the gain by 1.6
    /// %.
    @Test(arguments: [(1000, 4.0), (44101, 4.0), (192_000, 25.0), (6_144_000, 320.0)])
    func keepsATone(rate: Int, tolerance: Double) throws {
        // 200 Hz, far inside the pass band of every rate.
        let input = (0..<(rate / 4)).map { Int16(20000 * sin(2 * Double.pi * 200 * Double($0) / Double(rate))) }
        let output = try Resampler(from: rate).resample(input)
        try #require(output.count == (rate / 4) * 16000 / rate)
        // Near the ends the filter lacks samples.
        let worst = (1200..<2800).reduce(0.0) {
            max($0, abs(Double(output[$1]) - 20000 * sin(2 * Double.pi * 200 * Double($1) / 16000)))
        }
        #expect(worst < tolerance)
    }

    @Test func acceptsOneSample() throws {
        #expect(try Resampler(from: 8000).resample([1000]).count == 2)
        #expect(try Resampler(from: 44100).resample([1000]).isEmpty)
    }

    @Test func tenSecondsTakeAFractionOfASecond() throws {
        let second = try input()
        let samples = Array((0..<294).map { _ in second }.joined())
        let resampler = Resampler(from: 44100)
        let elapsed = try ContinuousClock().measure { _ = try resampler.resample(samples) }
        #expect(elapsed < .milliseconds(900))
    }

    @Test func canBeCanceled() throws {
        let error = SpeechFixture.error { _ = try Resampler(from: 8000).resample(try input(), isCanceled: { true }) }
        #expect(error?.code == .canceled)
    }
}
