import Foundation
import Testing

@testable import Engine

@Suite struct PositionalEncodingTests {
    @Test func functionsComeInTheReleasesOrder() {
        let x = SIMD3<Float>(0.1, -0.7, 2.5)
        let encoded = PositionalEncoding.encode(x, octaves: 2)
        let expected: [[Double]] = [
            [0.1, -0.7, 2.5], [0.1, -0.7, 2.5].map(sin), [0.1, -0.7, 2.5].map(cos), [0.2, -1.4, 5].map(sin), [0.2, -1.4, 5].map(cos),
        ]
        #expect(encoded.count == PositionalEncoding.size(octaves: 2))
        for (value, reference) in zip(encoded, expected.joined()) { #expect(abs(Double(value) - reference) < 1e-6) }
    }

    @Test func highOctavesLoseNoAccuracy() {
        let x = SIMD3<Float>(1.2345678, -3.1415927, 100.25)
        let encoded = PositionalEncoding.encode(x, octaves: 24)
        for octave in 0..<24 {
            for axis in 0..<3 {
                let argument = Double(x[axis]) * pow(2, Double(octave))
                #expect(abs(Double(encoded[3 + 6 * octave + axis]) - sin(argument)) < 1e-7)
                #expect(abs(Double(encoded[6 + 6 * octave + axis]) - cos(argument)) < 1e-7)
            }
        }
    }

    @Test func noOctavesLeaveThePosition() {
        #expect(PositionalEncoding.encode(SIMD3(1, 2, 3), octaves: 0) == [1, 2, 3])
    }

    @Test func anglesOfAQuarterTurn() {
        // R = rotation by a quarter turn about x: R12 = -1, R22 = 0, R00 = 1.
        let pose = Pose(matrix: [1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0])
        let angles = PoseSignal.eulerAngles(pose)
        #expect(abs(angles.x - .pi) < 1e-6)
        #expect(abs(angles.y) < 1e-6)
        #expect(abs(angles.z - .pi / 2) < 1e-6)
    }

    @Test func aSineThatRoundingLiftsOverOneIsNoNaN() {
        let pose = Pose(matrix: [0, 0, -1.0000001, 0, 0, 1, 0, 0, 1, 0, 0, 0])
        #expect(abs(PoseSignal.eulerAngles(pose).y - .pi / 2) < 1e-6)
        #expect(PoseSignal.encode(pose).count == PoseSignal.size)
    }
}
