/// The state of some rays on their way through both passes, every stage kept by the reference's name.
///
/// `@unchecked Sendable`: a batch belongs to one worker at a time.
final class RayBatch: @unchecked Sendable {
    let capacity: Int
    let coarseCount: Int
    let totalCount: Int
    /// Rays in use.
    var count = 0
    var origin = SIMD3<Float>()
    var directions: [SIMD3<Float>]
    var backgrounds: [SIMD3<Float>]
    /// `[rays, coarse]` weights and `[rays, coarse, 4]` raw outputs of the coarse pass.
    let coarseRaw: FloatBuffer
    let coarseWeights: FloatBuffer
    /// `[rays, total]` sorted depths, `[rays, total, 4]` raw outputs and `[rays, total]` weights of the final pass.
    let depths: FloatBuffer
    let raw: FloatBuffer
    let weights: FloatBuffer
    /// The rays' folded directions for the coarse and for the fine network.
    let coarseRays: FloatBuffer
    let fineRays: FloatBuffer
    let samples: SampleBuffer
    let evaluated: FloatBuffer
    let coarseScratch: FloatBuffer
    let fineScratch: FloatBuffer
    var coarseColor: [SIMD3<Float>]
    var results: [RayResult]

    init(capacity: Int, fields: FieldPair, sampling: SamplingOptions) {
        self.capacity = capacity
        coarseCount = sampling.coarseSamples
        totalCount = sampling.totalSamples
        directions = Array(repeating: .zero, count: capacity)
        backgrounds = Array(repeating: .zero, count: capacity)
        coarseColor = Array(repeating: .zero, count: capacity)
        results = Array(repeating: RayResult(), count: capacity)
        coarseRaw = FloatBuffer(count: capacity * coarseCount * 4)
        coarseWeights = FloatBuffer(count: capacity * coarseCount)
        depths = FloatBuffer(count: capacity * totalCount)
        raw = FloatBuffer(count: capacity * totalCount * 4)
        weights = FloatBuffer(count: capacity * totalCount)
        coarseRays = FloatBuffer(count: capacity * fields.coarse.rayFloats)
        fineRays = FloatBuffer(count: capacity * fields.fine.rayFloats)
        samples = SampleBuffer(capacity: capacity * totalCount)
        evaluated = FloatBuffer(count: capacity * totalCount * 4)
        coarseScratch = fields.coarse.makeScratch()
        fineScratch = fields.fine.makeScratch()
    }
}
