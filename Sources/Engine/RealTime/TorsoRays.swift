import CKernels
import Foundation

/// A few pixels of the torso's picture, traced under many conditions: what tells a frame's coefficients for a hundredth of the
/// work that its whole picture takes (gappy POD: Everson and Sirovich 1995).
struct TorsoRays: Sendable {
    private struct Ray: Sendable {
        var direction: SIMD3<Float>
        /// Nodes, counted from `near`, where there may be something; ascending.
        var nodes: [Int32]
    }

    private let network: FaceNeRF
    private let origin: SIMD3<Float>
    private let near: Float
    private let step: Float
    private let rays: [Ray]

    /// Nodes of a ray that are evaluated before it is asked whether it goes on.
    private static let chunk = 8
    /// Slices composited between two nodes, as `MarchSettings` has them.
    private static let slices = 3
    /// Light under which a ray is finished.
    private static let opaque: Float = 1e-3

    /// - Parameters:
    ///   - pixels: of the picture, row by row.
    ///   - step: depth between nodes.
    init(
        _ pixels: [Int], camera: Camera, pose: Pose, grid: OccupancyGrid, near: Float, far: Float, step: Float,
        network: FaceNeRF
    ) {
        let view = CameraRays(camera: camera, pose: pose)
        let count = Int32((far - near) / step) + 1
        rays = pixels.map { pixel in
            let direction = view.direction(x: Float(pixel % camera.width), y: Float(pixel / camera.width))
            let occupied = (0..<count).map { grid.isOccupied(view.origin + direction * (near + Float($0) * step)) }
            // A node beside an occupied one ends an interval that is not empty.
            let nodes = (0..<count).filter { node in
                (max(node - 1, 0)...min(node + 1, count - 1)).contains { occupied[Int($0)] }
            }
            return Ray(direction: direction, nodes: nodes)
        }
        self.network = network
        self.near = near
        self.step = step
        origin = view.origin
    }

    /// For each condition `[4 * pixels]`: weighted colour and the light that is let through.
    ///
    /// - Throws: `.canceled`.
    func values(_ conditions: [FloatBuffer], threads: Int, isCanceled: @Sendable () -> Bool) throws -> [[Float]] {
        let size = 4 * rays.count
        let all = FloatBuffer(count: size * conditions.count)
        let workers = (0..<threads).map { _ in PointEvaluator(network) }
        Parallel.run(threads: threads, pieces: conditions.count) { worker, k in
            guard !isCanceled() else { return }
            trace(conditions[k], workers[worker], into: all.base + k * size)
        }
        if isCanceled() { throw EngineError(.canceled, "bake", found: "cancelled") }
        return conditions.indices.map { Array(UnsafeBufferPointer(start: all.base + $0 * size, count: size)) }
    }

    /// All rays abreast, from near to far.
    private func trace(_ condition: FloatBuffer, _ evaluator: PointEvaluator, into values: UnsafeMutablePointer<Float>)
    {
        for ray in rays.indices { values[4 * ray + 3] = 1 }
        var last = [(node: Int32, raw: SIMD4<Float>)](repeating: (-2, .zero), count: rays.count)
        var alive = Array(rays.indices)
        var first = 0
        let together = PointEvaluator.batch / Self.chunk
        while !alive.isEmpty {
            for start in stride(from: 0, to: alive.count, by: together) {
                let group = alive[start..<min(start + together, alive.count)]
                evaluator.begin()
                for ray in group {
                    for node in nodes(of: ray, first) { evaluator.add(place(node, of: ray), from: origin) }
                }
                guard evaluator.count > 0 else { continue }
                evaluator.evaluate(condition)
                var k = 0
                for ray in group {
                    for node in nodes(of: ray, first) {
                        let raw = UnsafeRawPointer(evaluator.raw.base + 4 * k).loadUnaligned(as: SIMD4<Float>.self)
                        if last[ray].node == node - 1 {
                            composite(last[ray].raw, raw, rays[ray].direction.length, into: values + 4 * ray)
                        }
                        last[ray] = (node, raw)
                        k += 1
                    }
                }
            }
            first += Self.chunk
            alive.removeAll { rays[$0].nodes.count <= first || values[4 * $0 + 3] < Self.opaque }
        }
    }

    private func nodes(of ray: Int, _ first: Int) -> ArraySlice<Int32> {
        rays[ray].nodes[min(first, rays[ray].nodes.count)..<min(first + Self.chunk, rays[ray].nodes.count)]
    }

    private func place(_ node: Int32, of ray: Int) -> SIMD3<Float> {
        origin + rays[ray].direction * (near + Float(node) * step)
    }

    /// The interval between two nodes, raw values interpolated.
    private func composite(
        _ from: SIMD4<Float>, _ to: SIMD4<Float>, _ length: Float, into value: UnsafeMutablePointer<Float>
    ) {
        for slice in 0..<Self.slices {
            let t = (Float(slice) + 0.5) / Float(Self.slices)
            let raw = from * (1 - t) + to * t
            guard raw.w > 0 else { continue }
            let left = value[3] * expf(-raw.w * length * step / Float(Self.slices))
            for channel in 0..<3 { value[channel] += VolumeRendering.sigmoid(raw[channel]) * (value[3] - left) }
            value[3] = left
        }
    }
}
