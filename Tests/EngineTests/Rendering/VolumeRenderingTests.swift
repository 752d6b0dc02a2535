import Foundation
import Testing

@testable import Engine

/// Compositing and importance sampling worked out by hand.
@Suite struct VolumeRenderingTests {
    private func weights(_ densities: [Float], depths: [Float], scale: Float) -> [Float] {
        var weights = [Float](repeating: -1, count: depths.count)
        VolumeRendering.weights(
            raw: densities.flatMap { [0, 0, 0, $0] }, depths: depths, count: depths.count, scale: scale, into: &weights)
        return weights
    }

    private func samples(_ depths: [Float], _ weights: [Float], count: Int) -> [Float] {
        var samples = [Float](repeating: -1, count: count)
        VolumeRendering.importanceSamples(
            depths: depths, weights: weights, coarse: depths.count, count: count, into: &samples)
        return samples
    }

    private func isClose(_ a: [Float], _ b: [Float], _ tolerance: Float = 1e-6) -> Bool {
        Difference.largest(a, b) <= tolerance
    }

    @Test func weightsAreOpacityTimesTransmittance() {
        // Steps in depth 1 and 2, half a scene unit a unit of depth: lengths 0.5 and 1.
        // Densities 2 ln 2 and 2 ln 2: opacities 1 - e^(-ln 2) = 1/2 and 1 - e^(-2 ln 2) = 3/4.
        // Transmittances 1, 1/2, 1/8: weights 1/2, 3/8, and the background keeps 1/8 whatever the last density is.
        let ln2 = log(2) as Float
        for last: Float in [-5, 0, 1_000, .nan] {
            #expect(
                isClose(weights([2 * ln2, 2 * ln2, last], depths: [1, 2, 4], scale: 0.5), [0.5, 0.375, 0.125], 1e-6))
        }
    }

    @Test func negativeDensityIsNextToEmpty() {
        // relu leaves 0, to which 1e-6 is added: opacity 1 - e^(-1e-6 * 1) = 1e-6, which fp32 rounds to 17 * 2^-24.
        let found = weights([-7, -7, -7], depths: [1, 2, 3], scale: 1)
        #expect(isClose(found, [1.0133e-6, 1.0133e-6, 1 - 2.0266e-6], 3e-7))
        #expect(found[0] > 0)
    }

    @Test func anOpaqueSampleHidesWhatIsBehind() {
        // Opacity 1 - e^(-1e4) = 1: transmittance 1e-10 behind it, 1e-10 * 1e-10 behind the second.
        let found = weights([1e4, 1e4, 5], depths: [1, 2, 3], scale: 1)
        #expect(found[0] == 1 && abs(found[1] - 1e-10) < 1e-14 && found[2] < 1e-18)
    }

    @Test func anEndlessDensityIsOpaque() {
        #expect(weights([.infinity, 0, 0], depths: [1, 2, 3], scale: 1)[0] == 1)
    }

    @Test func compositeWeighsSigmoids() {
        // sigmoid(0) = 1/2, sigmoid(ln 3) = 3/4, sigmoid(-ln 3) = 1/4.
        let ln3 = log(3) as Float
        let raw: [Float] = [0, ln3, -ln3, 9, ln3, ln3, 0, 9, 50, 50, 50, 9]
        let weights: [Float] = [0.5, 0.375, 0.125]
        let result = VolumeRendering.composite(raw: raw, weights: weights, count: 3, whiteBackground: false)
        // red 0.5 * 1/2 + 0.375 * 3/4, green 0.5 * 3/4 + 0.375 * 3/4, blue 0.5 * 1/4 + 0.375 * 1/2; the last colour is the
        // background's and no part of the foreground.
        let foreground = result.foreground
        #expect(isClose([foreground.x, foreground.y, foreground.z], [0.53125, 0.65625, 0.3125]))
        #expect(result.lastWeight == 0.125 && result.remainder == 0)
        // Over (1, 0.5, 0): 0.125 * 1, 0.125 * 0.5 and nothing are added.
        let over = result.over(SIMD3(1, 0.5, 0))
        #expect(isClose([over.x, over.y, over.z], [0.65625, 0.71875, 0.3125]))
    }

    @Test func whiteIsWhatTheWeightsLeave() {
        let raw = [Float](repeating: 0, count: 12)
        // 1 - (0.5 + 0.2 + 0.1) = 0.2 of white on top of half grey of 0.7 and a black background.
        let result = VolumeRendering.composite(raw: raw, weights: [0.5, 0.2, 0.1], count: 3, whiteBackground: true)
        #expect(abs(result.remainder - 0.2) < 1e-6)
        #expect(abs(result.over(.zero).x - 0.55) < 1e-6)
    }

    @Test func weightlessRaysAreSampledEvenly() {
        // Midpoints 1.5, 2.5, 3.5; two bins of 1e-5 each: cumulative 0, 1/2, 1; u = 0, 1/4, 1/2, 3/4, 1.
        #expect(isClose(samples([1, 2, 3, 4], [0, 0, 0, 0], count: 5), [1.5, 2, 2.5, 3, 3.5]))
        // The first and the last weight do not count.
        #expect(isClose(samples([1, 2, 3, 4], [9, 0, 0, 9], count: 5), [1.5, 2, 2.5, 3, 3.5]))
    }

    @Test func samplesFollowTheWeights() {
        // Bins [1.5, 2.5) with 0.25 and [2.5, 3.5) with 0.75: u = 1/8 is half way through the first, 1/4 at its end,
        // 5/8 half way through the second. Nine samples: u = k / 8.
        let found = samples([1, 2, 3, 4], [0, 0.25, 0.75, 0], count: 9)
        let expected: [Float] = [1.5, 2] + (0...6).map { 2.5 + Float($0) / 6 }
        #expect(isClose(found, expected, 1e-4))
    }

    @Test func allWeightInOneBin() {
        // Weights 1e-5, 1.00001, 1e-5: all but the ends lie in [2.5, 3.5].
        let found = samples([1, 2, 3, 4, 5], [0, 0, 1, 0, 0], count: 5)
        #expect(isClose(found, [1.5, 2.75, 3, 3.25, 4.5], 1e-4))
        #expect(zip(found, found.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func vanishingBinsAreNotStretched() {
        // The first bin's share is 1e-5 / 1.00003 < 1e-5, so the denominator becomes 1: u = 5e-6 moves by 5e-6, not half a bin.
        let found = samples([1, 2, 3, 4, 5], [0, 0, 1, 0, 0], count: 200_001)
        #expect(abs(found[1] - 1.500005) < 1e-6)
    }

    @Test func aSingleSampleTakesTheStart() {
        #expect(samples([1, 2, 3, 4], [0, 1, 1, 0], count: 1) == [1.5])
    }

    @Test func samplesAscendWhateverTheWeights() {
        var random = SplitMix(seed: 3)
        for _ in 0..<200 {
            let depths = (0..<16).map { 1 + Float($0) / 16 }
            let weights = depths.map { _ in Float.random(in: 0...1, using: &random) < 0.7 ? 0 : random.unit() }
            let found = samples(depths, weights, count: 40)
            #expect(zip(found, found.dropFirst()).allSatisfy { $0 <= $1 + 1e-6 })
            #expect(found.allSatisfy { $0 >= 1 && $0 <= 2 })
        }
    }
}
