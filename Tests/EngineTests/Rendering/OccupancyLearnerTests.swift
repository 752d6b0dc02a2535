import Foundation
import Testing

@testable import Engine

@Suite struct OccupancyLearnerTests {
    private let field = Octahedron(center: SIMD3(0.1, 0, 0), radius: 0.25, peak: 30)
    private let camera = Camera(width: 50, height: 43, focal: 60, centerX: 25, centerY: 21)
    private static let turns: [Float] = [-0.2, 0, 0.2]

    private func learner(
        _ field: Octahedron, conditions: [Float] = [0, 0, 0], turns: [Float] = turns, threads: Int = 2,
        seed: UInt64 = 1,
        wave: Float = Octahedron.wave
    ) throws -> OccupancyLearner {
        let network = try field.network()
        return OccupancyLearner(
            network: network, cameras: turns.map { CameraRays(camera: camera, pose: Octahedron.pose(turn: $0)) },
            camera: camera, near: 0.5, far: 1.5, conditions: conditions.map { network.foldCondition([$0]) },
            shortestWave: wave, threads: threads, seed: seed)
    }

    private func isOccupied(_ grid: OccupancyGrid, _ point: SIMD3<Float>) -> Bool {
        var out: UInt8 = 9
        grid.look(from: point, step: .zero, count: 1, cells: grid.occupied, into: &out)
        return out == 1
    }

    /// Random points that the cameras see: dense ones must be occupied, and most of the empty ones must not be.
    private func check(_ grid: OccupancyGrid, condition: Float) {
        var random = SplitMix(seed: 11)
        let rays = Self.turns.map { CameraRays(camera: camera, pose: Octahedron.pose(turn: $0)) }
        var (missed, empty, wasted) = (0, 0, 0)
        for k in 0..<60_000 {
            let view = rays[k % 3]
            let direction = view.direction(x: random.unit() * 49, y: random.unit() * 42)
            let point = view.origin + direction * (0.5 + random.unit())
            let density = field.density(point, condition: condition)
            if density > OccupancyLearner.threshold {
                if !isOccupied(grid, point) { missed += 1 }
            } else {
                empty += 1
                if isOccupied(grid, point) { wasted += 1 }
            }
        }
        #expect(missed == 0)
        #expect(wasted < empty / 4, "\(wasted) of \(empty) empty points count as occupied")
    }

    @Test func densityIsFound() throws {
        let grid = try #require(try learner(field).learn(isCanceled: { false }))
        check(grid, condition: 0)
        #expect(abs(grid.shape.cell - Octahedron.wave / 3) < 1e-6)
    }

    /// What one condition shows is occupied whatever the others say.
    @Test func everyConditionIsAsked() throws {
        let grid = try #require(try learner(field, conditions: [0, 0, 4]).learn(isCanceled: { false }))
        check(grid, condition: 4)
    }

    @Test func theSameSeedGivesTheSameGrid() throws {
        let one = try learner(field, threads: 1).learn(isCanceled: { false })
        let two = try learner(field, threads: 2).learn(isCanceled: { false })
        #expect(one != nil && one == two)
        #expect(try learner(field, seed: 2).learn(isCanceled: { false }) != nil)
    }

    @Test func fogHasNoGrid() throws {
        let fog = Octahedron(center: .zero, radius: 100, peak: 30)
        #expect(try learner(fog).learn(isCanceled: { false }) == nil)
    }

    @Test func nothingAtAllIsAnEmptyGrid() throws {
        let nothing = Octahedron(center: .zero, radius: 1_000, peak: -5)
        let grid = try #require(try learner(nothing).learn(isCanceled: { false }))
        #expect(!isOccupied(grid, .zero))
    }

    /// A pose far from the others would make a box of more cells than any memory has.
    @Test func boxesWithoutBoundsAreNotLearnt() throws {
        let far = CameraRays(
            camera: camera, pose: Pose(matrix: [1, 0, 0, 1e7, 0, 1, 0, 0, 0, 0, 1, -1e7]))
        let usual = try learner(field)
        let learner = OccupancyLearner(
            network: usual.network, cameras: usual.cameras + [far], camera: camera, near: 0.5, far: 1.5,
            conditions: usual.conditions, shortestWave: Octahedron.wave, threads: 2, seed: 1)
        #expect(try learner.learn(isCanceled: { false }) == nil)
        #expect(try self.learner(field, wave: 1e-5).learn(isCanceled: { false }) == nil)
    }

    @Test func learningCanBeCanceled() throws {
        let learner = try learner(field)
        let error = try #require(throws: EngineError.self) { try learner.learn(isCanceled: { true }) }
        #expect(error.code == .canceled)
    }
}
