/// Evaluates a field at any points, each seen from a camera's place: one worker's memory.
///
/// `@unchecked Sendable`: belongs to one worker at a time.
final class PointEvaluator: @unchecked Sendable {
    /// Points evaluated at once: the kernels' tile.
    static let batch = 96

    let network: FaceNeRF
    private let samples = SampleBuffer(capacity: batch)
    private let rays: FloatBuffer
    private let scratch: FloatBuffer
    /// `[batch, 4]` raw outputs of the last evaluation.
    let raw = FloatBuffer(count: 4 * batch)

    init(_ network: FaceNeRF) {
        self.network = network
        rays = FloatBuffer(count: Self.batch * network.rayFloats)
        scratch = network.makeScratch()
    }

    /// Starts another batch.
    func begin() { samples.removeAll() }

    var count: Int { samples.count }

    /// Adds a point; `eye` is nil where only the density is asked for.
    func add(_ point: SIMD3<Float>, from eye: SIMD3<Float>?) {
        let index = samples.count
        samples.append(point, ray: index)
        if let eye { network.foldRay(point - eye, into: rays.base + index * network.rayFloats) }
    }

    /// Evaluates the batch into `raw`.
    func evaluate(_ condition: FloatBuffer, densityOnly: Bool = false) {
        network.evaluate(
            condition: condition, rays: rays.base, samples: samples, densityOnly: densityOnly, raw: raw.base,
            scratch: scratch)
    }

    /// What is baked of raw outputs, in [0, 1]: colours after their sigmoid, and density as a share of the densest that is told
    /// apart, before its relu, so that surfaces stay where they are between points.
    @inline(__always)
    static func baked(_ raw: UnsafePointer<Float>, densest: Float) -> SIMD4<Float> {
        SIMD4(
            VolumeRendering.sigmoid(raw[0]), VolumeRendering.sigmoid(raw[1]), VolumeRendering.sigmoid(raw[2]),
            min(max(raw[3] / densest, -BakedScale.emptiest), 1))
    }
}
