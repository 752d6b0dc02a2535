import Foundation
import Testing

@testable import Engine

/// The continuous integral on a lattice against integrals that are as fine as one likes.
@Suite struct LatticeMarcherTests {
    private struct Scene {
        let view: FieldView
        let camera: Camera
        let near: Float
        let far: Float
        let wave: Float

        func marcher(_ settings: MarchSettings, threads: Int = 2) -> LatticeMarcher {
            LatticeMarcher(
                view: view, camera: camera, near: near, far: far, settings: settings, shortestWave: wave,
                threads: threads)
        }

        /// The field's integral along one ray over `steps` uniform steps, midpoints of which are evaluated.
        func integral(pixel: Int, steps: Int) -> RayResult {
            let direction = view.rays.direction(x: Float(pixel % camera.width), y: Float(pixel / camera.width))
            let network = view.fields.fine
            let folded = FloatBuffer(count: network.rayFloats)
            network.foldRay(direction, into: folded.base)
            let samples = SampleBuffer(capacity: steps)
            let step = Double(far - near) / Double(steps)
            for i in 0..<steps {
                let depth = Float(Double(near) + (Double(i) + 0.5) * step)
                samples.append(view.rays.origin + direction * depth, ray: 0)
            }
            let raw = FloatBuffer(count: 4 * steps)
            network.evaluate(
                condition: view.fineCondition, rays: folded.base, samples: samples, densityOnly: false, raw: raw.base,
                scratch: network.makeScratch())
            var color = SIMD3<Double>()
            var transmittance = 1.0
            for i in 0..<steps {
                let left = transmittance * exp(-Double(max(raw[4 * i + 3], 0) * direction.length) * step)
                for channel in 0..<3 {
                    color[channel] += (transmittance - left) / (1 + exp(-Double(raw[4 * i + channel])))
                }
                transmittance = left
            }
            return RayResult(foreground: SIMD3<Float>(color), lastWeight: Float(transmittance))
        }

        /// Largest difference of colours and of last weights over some pixels.
        func difference(_ results: [RayResult], pixels: [Int], steps: Int) -> Float {
            let worst = FloatBuffer(count: pixels.count)
            Parallel.run(threads: 2, pieces: pixels.count) { _, k in
                let (a, b) = (results[pixels[k]], integral(pixel: pixels[k], steps: steps))
                let color = a.foreground - b.foreground
                worst.base[k] = max(
                    abs(color.x), abs(color.y), abs(color.z), abs(a.lastWeight - b.lastWeight))
            }
            return (0..<pixels.count).map { worst[$0] }.max() ?? .infinity
        }
    }

    /// A random network of ten octaves, seen through a camera of which `crop` pixels make one of the avatar's.
    private func fog(width: Int, height: Int, crop: Float) throws -> Scene {
        let loaded = try ReferenceAvatar.tiny.load()
        let request = loaded.request(frame: 3)
        let own = request.camera
        let camera = Camera(
            width: width, height: height, focal: own.focal * crop, centerX: Float(width) / 2, centerY: Float(height) / 2
        )
        let fields = try AvatarFields(loaded.avatar, variant: .best(for: .fp32))
        let view = FieldView(fields: fields.head, camera: camera, pose: request.pose, condition: request.code)
        return Scene(view: view, camera: camera, near: 0.56, far: 1.16, wave: 2 * .pi / 512)
    }

    private func octahedron(_ field: Octahedron = Octahedron(center: .zero, radius: 0.3, peak: 30)) throws -> Scene {
        let camera = Camera(width: 50, height: 43, focal: 60, centerX: 25, centerY: 21)
        let network = try field.network()
        let view = FieldView(
            fields: FieldPair(coarse: network, fine: network), camera: camera, pose: Octahedron.pose(turn: 0.2),
            condition: [0])
        return Scene(view: view, camera: camera, near: 0.5, far: 1.5, wave: Octahedron.wave)
    }

    /// The steepest raw field there is, random weights at ten octaves: planes a fortieth of a wave apart.
    @Test func fineSettingsConvergeToTheIntegralPixelByPixel() throws {
        let scene = try fog(width: 16, height: 12, crop: 1)
        let settings = MarchSettings(planeSpacing: 1 / 40, nodeSpacing: 1 / 40, tolerance: 0, slices: 6, opaque: 1e-5)
        let results = try scene.marcher(settings).march(grid: .unknown, visible: nil, isCanceled: { false })
        let pixels = (0..<24).map { $0 * 8 }
        let difference = scene.difference(results, pixels: pixels, steps: 20_000)
        #expect(difference < 1e-3, "\(difference)")
    }

    /// As above with nodes some pixels apart: the raw field is interpolated across the picture too.
    @Test func fineSettingsConvergeToTheIntegralBetweenNodes() throws {
        let scene = try fog(width: 37, height: 30, crop: 60)
        let settings = MarchSettings(planeSpacing: 1 / 40, nodeSpacing: 1 / 12, tolerance: 0, slices: 6, opaque: 1e-5)
        let marcher = scene.marcher(settings)
        let results = try marcher.march(grid: .unknown, visible: nil, isCanceled: { false })
        // Nodes several pixels apart: fewer evaluations than pixels on every plane.
        #expect(marcher.evaluations < 37 * 30 * 1_957 / 2)
        let pixels = (0..<24).map { $0 * 46 + 3 }
        let difference = scene.difference(results, pixels: pixels, steps: 20_000)
        #expect(difference < 2e-3, "\(difference)")
    }

    @Test func theLadderRisesTowardsTheIntegral() throws {
        let scene = try octahedron()
        let pixels = (0..<64).map { $0 * 33 }
        let differences = try MarchSettings.ladder.map { settings in
            scene.difference(
                try scene.marcher(settings).march(grid: .unknown, visible: nil, isCanceled: { false }), pixels: pixels,
                steps: 4_000)
        }
        #expect(differences.last! < 0.01, "\(differences)")
        #expect(differences.last! <= differences.first!, "\(differences)")
    }

    @Test func anEmptyFieldIsNotEvaluated() throws {
        let scene = try octahedron()
        let size = SIMD3<Int32>(repeating: 40)
        let nothing = OccupancyGrid(
            shape: .init(origin: SIMD3(repeating: -2), cell: 0.1, size: size),
            occupied: [UInt8](repeating: 0, count: 64_000))
        let marcher = scene.marcher(MarchSettings.ladder[0])
        let results = try marcher.march(grid: nothing, visible: nil, isCanceled: { false })
        #expect(results == [RayResult](repeating: RayResult(), count: 50 * 43))
        #expect(marcher.evaluations == 0)
    }

    @Test func whatTheTorsoHidesIsNotEvaluated() throws {
        let scene = try octahedron()
        let marcher = scene.marcher(MarchSettings.ladder[0])
        let hidden = [Float](repeating: 0, count: 50 * 43)
        let results = try marcher.march(grid: .unknown, visible: hidden, isCanceled: { false })
        #expect(results.allSatisfy { $0 == RayResult() })
        #expect(marcher.evaluations == 0)
    }

    /// With a node for every pixel no pixel knows of another.
    @Test func pixelsInSightAreNotChangedByHiddenOnes() throws {
        let scene = try octahedron()
        let settings = MarchSettings(planeSpacing: 1 / 8, nodeSpacing: 1e-6, tolerance: 0)
        let all = try scene.marcher(settings).march(grid: .unknown, visible: nil, isCanceled: { false })
        let visible = (0..<50 * 43).map { $0 % 50 < 25 ? Float(0.5) : 0 }
        let marcher = scene.marcher(settings)
        let half = try marcher.march(grid: .unknown, visible: visible, isCanceled: { false })
        for pixel in all.indices { #expect(half[pixel] == (visible[pixel] > 0 ? all[pixel] : RayResult())) }
        #expect(marcher.evaluations > 0)
        #expect(all.contains { $0.lastWeight == 0 } && all.contains { $0.lastWeight == 1 })
    }

    /// Rays past the field see the background alone; a grid that is right changes nothing.
    @Test func aTrueGridChangesNothing() throws {
        let field = Octahedron(center: SIMD3(0.1, 0, 0), radius: 0.25, peak: 30)
        let scene = try octahedron(field)
        let shape = OccupancyGrid.Shape(origin: SIMD3(repeating: -1), cell: 0.05, size: SIMD3(repeating: 40))
        var cells = [UInt8](repeating: 0, count: shape.count)
        for i in cells.indices where field.density(shape.corner(of: i) + 0.025, condition: 0) > -8 { cells[i] = 1 }
        let grid = OccupancyGrid(shape: shape, occupied: cells).dilated().dilated()
        let settings = MarchSettings(planeSpacing: 1 / 8, nodeSpacing: 1 / 10, tolerance: 0)
        let everywhere = scene.marcher(settings), there = scene.marcher(settings)
        let a = try everywhere.march(grid: .unknown, visible: nil, isCanceled: { false })
        let b = try there.march(grid: grid, visible: nil, isCanceled: { false })
        let worst = Difference.largest(
            a.flatMap { [$0.foreground.x, $0.foreground.y, $0.foreground.z, $0.lastWeight] },
            b.flatMap { [$0.foreground.x, $0.foreground.y, $0.foreground.z, $0.lastWeight] })
        #expect(worst < 2e-3, "\(worst)")
        #expect(there.evaluations < everywhere.evaluations / 2)
        #expect(b[0] == RayResult())
    }

    @Test func threadsDoNotChangeThePicture() throws {
        let scene = try octahedron()
        let one = try scene.marcher(MarchSettings.ladder[1], threads: 1)
            .march(grid: .unknown, visible: nil, isCanceled: { false })
        let three = try scene.marcher(MarchSettings.ladder[1], threads: 3)
            .march(grid: .unknown, visible: nil, isCanceled: { false })
        #expect(one == three)
    }
}
