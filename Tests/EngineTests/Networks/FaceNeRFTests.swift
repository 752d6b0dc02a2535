import Foundation
import Testing

@testable import Engine

/// What a FaceNeRF refuses, and single numbers of it worked out by hand.
@Suite struct FaceNeRFTests {
    private func weights(depth: Int = 2, width: Int = 16, octaves: Int = 2, condition: Int = 3) -> [String: Tensor] {
        RandomFaceNeRF.weights(
            depth: depth, width: width, octaves: octaves, condition: condition, directionOctaves: 1, seed: 5)
    }

    private func message(_ weights: [String: Tensor], octaves: Int = 2, directionOctaves: Int = 1) -> String? {
        CheckpointFixture.error {
            _ = try FaceNeRF(
                weights: weights, octaves: octaves, directionOctaves: directionOctaves, variant: .portable)
        }?.description
    }

    @Test func whatTheKernelsHaveNoRoomForIsRefused() throws {
        #expect(message(weights()) == nil)
        #expect(try #require(message(weights(depth: 5))).contains("not 5"))
        #expect(try #require(message(weights(depth: 17))).contains("17 position layers"))
        #expect(try #require(message(weights(width: 1_026))).contains("1026 units"))
        #expect(try #require(message(weights(condition: 1_100))).contains("1115 inputs"))
        #expect(try #require(message(weights(octaves: 17), octaves: 17)).contains("17 octaves"))
        #expect(try #require(message(weights(), directionOctaves: 17)).contains("17 of the view"))
        var incomplete = weights()
        incomplete["rgb_linear.bias"] = nil
        #expect(try #require(message(incomplete)).contains("no rgb_linear"))
        #expect(message([:]) != nil)
    }

    @Test(arguments: KernelVariant.allCases.filter(\.isSupported))
    func theWidestNetworkFits(variant: KernelVariant) throws {
        let network = try FaceNeRF(
            weights: weights(depth: 6, width: 1_024, octaves: 16, condition: 925), octaves: 16, directionOctaves: 1,
            variant: variant)
        let condition = network.foldCondition([Float](repeating: 0.1, count: 925))
        let ray = FloatBuffer(count: network.rayFloats)
        network.foldRay(SIMD3(0, 0, -1), into: ray.base)
        let samples = SampleBuffer(capacity: 1)
        samples.append(SIMD3(0.1, 0.2, 0.3), ray: 0)
        let raw = FloatBuffer(count: 4)
        network.evaluate(
            condition: condition, rays: ray.base, samples: samples, densityOnly: false, raw: raw.base,
            scratch: network.makeScratch())
        #expect((0..<4).allSatisfy { raw[$0].isFinite && raw[$0] != 0 })
    }

    /// Octahedron at the origin, radius 0.5, peak 10; at (0.1, 0, -0.2): 10 * (1 - 0.3 / 0.5) = 4, and 3 of the condition.
    /// Red: 2 / 0.5 * 0.1 = 0.4. The bfloat16 inputs are exact enough here, as the position has columns for its remainder.
    @Test(arguments: KernelVariant.allCases.filter(\.isSupported))
    func valuesWorkedOutByHand(variant: KernelVariant) throws {
        let network = try Octahedron(center: .zero, radius: 0.5, peak: 10).network(variant)
        let ray = FloatBuffer(count: network.rayFloats)
        network.foldRay(SIMD3(0, 0, -2), into: ray.base)
        let samples = SampleBuffer(capacity: 1)
        samples.append(SIMD3(0.1, 0, -0.2), ray: 0)
        let raw = FloatBuffer(count: 4)
        network.evaluate(
            condition: network.foldCondition([3]), rays: ray.base, samples: samples, densityOnly: false, raw: raw.base,
            scratch: network.makeScratch())
        let tolerance: Float = variant == .bf16 || variant == .bf16Portable ? 0.05 : 1e-5
        for (value, expected) in zip(0..<4, [0.4, 0, 0.5, 7] as [Float]) {
            #expect(abs(raw[value] - expected) <= tolerance)
        }
    }

    /// The view direction is normalised: only where it points matters.
    @Test(arguments: KernelVariant.allCases.filter(\.isSupported))
    func theDirectionsLengthDoesNotMatter(variant: KernelVariant) throws {
        let network = try FaceNeRF(weights: weights(), octaves: 2, directionOctaves: 1, variant: variant)
        let (short, long) = (FloatBuffer(count: network.rayFloats), FloatBuffer(count: network.rayFloats))
        network.foldRay(SIMD3(0.25, -0.5, -1), into: short.base)
        network.foldRay(SIMD3(1, -2, -4), into: long.base)
        #expect((0..<network.rayFloats).allSatisfy { short[$0] == long[$0] })
    }
}
