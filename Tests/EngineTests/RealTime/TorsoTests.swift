import Foundation
import Testing

@testable import Engine

/// What a bake learns of a torso, on an avatar that is made of two octahedra.
@Suite struct TorsoTests {
    private let avatar = Octahedron.avatar()
    private var wave: Float { Octahedron.wave }

    @Test func tracedPixelsAreThoseOfThePicture() throws {
        let renderer = try AcceleratedRenderer(avatar: avatar, precision: .fast, threads: 2, cache: nil)
        let requests = [Float(0), 3, 6].map { swell in
            var request = Octahedron.request(avatar)
            request.code[0] = swell
            return request
        }
        try renderer.prepare(for: requests, report: { _ in }, isCanceled: { false })
        let grid = try #require(renderer.occupancy).torso
        let fields = try AvatarFields(avatar, variant: .portable)
        let (near, far) = (avatar.configuration.near, avatar.configuration.far)
        let whole = TorsoSnapshots(
            fields: fields, image: TorsoImage(width: avatar.camera.width, height: avatar.camera.height), grid: grid,
            settings: MarchSettings.ladder[2], near: near, far: far, shortestWave: wave, threads: 2)
        let pixels = stride(from: 3, to: avatar.camera.width * avatar.camera.height, by: 7).map { $0 }
        let rays = TorsoRays(
            pixels, camera: avatar.camera, pose: avatar.torsoPose, grid: grid, near: near, far: far, step: wave / 9,
            network: fields.torso.fine)
        let values = try rays.values(
            requests.map { fields.torsoView($0).fineCondition }, threads: 2, isCanceled: { false })
        for (request, values) in zip(requests, values) {
            let picture = try whole.results(request, isCanceled: { false })
            #expect(picture.contains { $0.lastWeight < 0.2 })
            for (k, pixel) in pixels.enumerated() {
                let expected = picture[pixel]
                #expect(abs(values[4 * k + 3] - expected.lastWeight) < 0.03, "pixel \(pixel)")
                for channel in 0..<3 {
                    #expect(abs(values[4 * k + channel] - expected.foreground[channel]) < 0.03, "pixel \(pixel)")
                }
            }
        }
        #expect(throws: EngineError.self) {
            try rays.values([fields.torsoView(requests[0]).fineCondition], threads: 1, isCanceled: { true })
        }
    }

    @Test func inputsHaveTheirSharesOfTheVariance() {
        var random = SplitMix(seed: 4)
        // Two probes, and a code of two values of which nothing is ever said.
        let count = TorsoInputs.count(probes: 2, codeSize: 2)
        let inputs = (0..<50).map { k -> [Float] in
            var request = Octahedron.request(avatar)
            request.pose = Octahedron.pose(turn: 0.01 * Float(k))
            request.code = [1, 2, 3, 4]
            var values = (0..<count).map { _ in 100 * random.unit() }
            values.withUnsafeMutableBufferPointer { TorsoInputs.write(request, codeSize: 2, into: $0.baseAddress! + 8) }
            return values
        }
        #expect(inputs[7][8] == cos(0.07) && inputs[7].suffix(2) == [1, 2] && inputs[7].count == 8 + 12 + 2)
        let scales = TorsoInputs.scales(inputs, probes: 2)
        func variance(_ range: Range<Int>) -> Float {
            range.reduce(0) { sum, i in
                let mean = inputs.reduce(0) { $0 + $1[i] } / 50
                return sum + inputs.reduce(0) { $0 + pow(scales[i] * ($1[i] - mean), 2) } / 50
            }
        }
        #expect(abs(variance(0..<8) - 1) < 1e-3)
        #expect(abs(variance(8..<17) - 0.15) < 1e-3 && abs(variance(17..<20) - 0.15) < 1e-3)
        #expect(scales[20] == 0 && scales[21] == 0)
    }
}
