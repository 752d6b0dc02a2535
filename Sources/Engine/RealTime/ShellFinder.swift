import Foundation

/// Finds the part of a field that anybody sees: where rays of training frames meet density before they are opaque.
struct ShellFinder {
    let network: FaceNeRF
    let grid: OccupancyGrid
    let near: Float
    let far: Float
    let shortestWave: Float
    let threads: Int
    let seed: UInt64

    /// Light that is left for what still counts as seen.
    private static let visible: Float = 5e-4
    /// Raw density over which there is something to see.
    static let threshold: Float = 2
    /// Pixels of a 450 pixel wide picture between rays.
    private static let raySpacing: Float = 3
    /// What is looked at beyond the picture's borders, as a share of its width: other poses than these see a little more.
    static let margin: Float = 0.1
    /// Depth between samples, in waves.
    private static let step: Float = 0.25

    /// - Parameter conditions: folded, one for each frame.
    /// - Returns: points with something to see, as cells of `shape` (sorted, each once).
    func find(
        frames: [FrameRequest], conditions: [FloatBuffer], shape: OccupancyGrid.Shape, isCanceled: @Sendable () -> Bool
    ) throws -> [UInt32] {
        let found = ShellParts(count: frames.count)
        let workers = (0..<threads).map { _ in PointEvaluator(network) }
        Parallel.run(threads: threads, pieces: frames.count) { worker, index in
            guard !isCanceled() else { return }
            found.parts[index] = march(frames[index], conditions[index], index, shape, workers[worker], isCanceled)
        }
        if isCanceled() { throw EngineError(.canceled, "bake", found: "cancelled") }
        var all = Set<UInt32>()
        for part in found.array { all.formUnion(part) }
        return all.sorted()
    }

    /// All rays of one frame abreast, from near to far.
    private func march(
        _ frame: FrameRequest, _ condition: FloatBuffer, _ index: Int, _ shape: OccupancyGrid.Shape,
        _ evaluator: PointEvaluator, _ isCanceled: @Sendable () -> Bool
    ) -> [UInt32] {
        let camera = frame.camera
        let rays = CameraRays(camera: camera, pose: frame.pose)
        var random = SplitMix(seed: seed &+ UInt64(index) << 32)
        let spacing = max(1, Self.raySpacing * Float(camera.width) / 450)
        let (shiftX, shiftY) = (random.unit() * spacing, random.unit() * spacing)
        var directions: [SIMD3<Float>] = []
        let margin = Self.margin * Float(camera.width)
        for y in stride(from: shiftY - margin, to: Float(camera.height) + margin, by: spacing) {
            for x in stride(from: shiftX - margin, to: Float(camera.width) + margin, by: spacing) {
                directions.append(rays.direction(x: x, y: y))
            }
        }
        let step = Self.step * shortestWave
        var light = [Float](repeating: 1, count: directions.count)
        var alive = Array(directions.indices)
        var cells = Set<UInt32>()
        var depth = near + random.unit() * step
        while depth < far, !alive.isEmpty, !isCanceled() {
            var batch: [Int] = []
            func flush() {
                evaluator.evaluate(condition, densityOnly: true)
                for (k, ray) in batch.enumerated() {
                    let density = evaluator.raw[4 * k + 3]
                    guard density > Self.threshold else { continue }
                    if let cell = shape.cell(at: rays.origin + directions[ray] * depth) { cells.insert(cell) }
                    light[ray] *= exp(-density * step * directions[ray].length)
                }
                batch.removeAll(keepingCapacity: true)
                evaluator.begin()
            }
            evaluator.begin()
            var dimmed = false
            for ray in alive {
                let point = rays.origin + directions[ray] * depth
                guard grid.isOccupied(point) else { continue }
                evaluator.add(point, from: nil)
                batch.append(ray)
                dimmed = true
                if batch.count == PointEvaluator.batch { flush() }
            }
            if !batch.isEmpty { flush() }
            if dimmed { alive.removeAll { light[$0] < Self.visible } }
            depth += step
        }
        return cells.sorted()
    }
}

/// What several workers have found.
///
/// `@unchecked Sendable`: each piece is written by one worker.
private final class ShellParts: @unchecked Sendable {
    let parts: UnsafeMutablePointer<[UInt32]>
    private let count: Int

    init(count: Int) {
        self.count = count
        parts = .allocate(capacity: max(count, 1))
        parts.initialize(repeating: [], count: max(count, 1))
    }

    deinit {
        parts.deinitialize(count: max(count, 1))
        parts.deallocate()
    }

    var array: [[UInt32]] { Array(UnsafeBufferPointer(start: parts, count: count)) }
}

extension OccupancyGrid {
    /// Whether there may be density at a point; what was never looked into counts as occupied.
    @inline(__always)
    func isOccupied(_ point: SIMD3<Float>) -> Bool {
        guard let cell = shape.cell(at: point) else { return true }
        return occupied[Int(cell)] != 0
    }
}

extension OccupancyGrid.Shape {
    /// The flat index of the cell that holds a point; nil outside.
    @inline(__always)
    func cell(at point: SIMD3<Float>) -> UInt32? {
        let p = ((point - origin) / cell).rounded(.down)
        guard all(p .>= 0), p.x < Float(size.x), p.y < Float(size.y), p.z < Float(size.z) else { return nil }
        return UInt32(index(Int32(p.x), Int32(p.y), Int32(p.z)))
    }

    private func all(_ mask: SIMDMask<SIMD3<Float>.MaskStorage>) -> Bool { mask[0] && mask[1] && mask[2] }
}
