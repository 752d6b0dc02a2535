import Engine
import Foundation
import Media
import Testing

@testable import Studio

@Suite struct OddTests {
    /// A pose turned about y.
    private func pose(_ angle: Double, _ x: Double) -> Pose {
        let (c, s) = (Float(cos(angle)), Float(sin(angle)))
        return Pose(matrix: [c, 0, s, Float(x), 0, 1, 0, 0, -s, 0, c, 1])
    }

    private func isClose(_ a: Pose, _ b: Pose) -> Bool {
        let move = a.translation - b.translation
        return zip(a.rotation, b.rotation).allSatisfy { abs($0 - $1) < 1e-5 } && (move * move).sum() < 1e-10
    }

    @Test func posesArePushedAboutTheirMean() {
        let track = [-0.3, -0.1, 0.1, 0.3].map { pose(0.5 + $0, 2 + $0) }
        let spread = PoseSpread(track)
        for k in [-0.3, 0, 0.3] {
            #expect(isClose(spread.pushed(pose(0.5 + k, 2 + k), by: 1.2), pose(0.5 + 1.2 * k, 2 + 1.2 * k)))
        }
        #expect(isClose(spread.pushed(track[3], by: 1), track[3]))
        #expect(spread.distance(pose(0.5, 2)) < 1e-6)
        // One pose only is its own mean, and stays.
        #expect(isClose(PoseSpread([track[0]]).pushed(track[0], by: 1.2), track[0]))
    }

    @Test func farPosesAreNotNeighbours() {
        var places = (0..<100).map { 0.001 * Double($0) }
        (places[40], places[41], places[90]) = (5, 5, -4)
        let track = places.map { pose(0, $0) }
        let chosen = PoseSpread(track).farthest(2, of: track, spacing: 25)
        #expect(chosen.map { $0.translation.x } == [5, -4])
        #expect(PoseSpread(track).farthest(100, of: track, spacing: 25).count < 5)
    }

    @Test func speechIsOddInItsWay() {
        let size = SpeechFeatures.steps * SpeechFeatures.characters
        var random = SeededRandom(seed: 5)
        let values = (0..<20 * size).map { _ in Float.random(in: -2...2, using: &random) }
        let features = SpeechFeatures(count: 20, values: values)
        #expect(OddCase.scaled.altered(features, seed: 1).values == values.map { 1.5 * $0 })
        #expect(OddCase.pushed.altered(features, seed: 1) == features)

        let permuted = OddCase.permuted.altered(features, seed: 1).values
        #expect(permuted != values)
        let width = SpeechFeatures.characters
        for row in stride(from: 0, to: values.count, by: width) {
            #expect(permuted[row..<row + width].sorted() == values[row..<row + width].sorted())
        }

        let noisy = OddCase.noisy.altered(features, seed: 1).values
        let noise = zip(noisy, values).map { Double($0 - $1) }
        let mean = noise.reduce(0, +) / Double(noise.count)
        let deviation = (noise.reduce(0) { $0 + $1 * $1 } / Double(noise.count)).squareRoot()
        // As strong as the features: uniform in -2...2.
        #expect(abs(mean) < 0.05 && abs(deviation - 2 / 3.0.squareRoot()) < 0.05)
        #expect(OddCase.noisy.altered(features, seed: 1) == OddCase.noisy.altered(features, seed: 1))
        #expect(OddCase.noisy.altered(features, seed: 1) != OddCase.noisy.altered(features, seed: 2))
    }

    @Test func resultsAreOfTheFramesAskedFor() throws {
        let (_, performance, features) = try TinyAvatar.load()
        let frames = [1, 4, 8]
        for name in OddCase.allCases {
            let requests = name.requests(of: performance, features: features, frames: frames, seed: 1)
            let usual = frames.map(performance.request)
            #expect(zip(requests, usual).allSatisfy { ($0.code != $1.code) == (name != .pushed) })
            #expect(zip(requests, usual).allSatisfy { $0.pose == $1.pose } == (name != .pushed))
        }
        let requests = OddCase.scaled.requests(of: performance, features: features, frames: frames, seed: 1)
        let middle = SIMD3<Float>(0, 0, 0)
        let black = Uniform(value: 0)
        let same = try OddResult(
            .scaled, requests: requests, subject: black, truth: black, mouth: middle
        ) { false }
        #expect(same.frames == 3 && same.whole?.mean == 100 && same.name == .scaled)
        // A tenth is 25 of 255 steps.
        let other = try OddResult(
            .scaled, requests: requests, subject: Uniform(value: 0.1), truth: black, mouth: middle
        ) { false }
        #expect(abs(try #require(other.whole).worst - PictureComparison.decibels(625)) < 1e-9)
    }
}

/// A frame of one grey.
private struct Uniform: FrameRenderer {
    let value: Float

    func render(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Frame {
        let (width, height) = (request.camera.width, request.camera.height)
        return Frame(width: width, height: height, rgb: [Float](repeating: value, count: 3 * width * height))
    }
}
