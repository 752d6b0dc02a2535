import CKernels

/// One radiance field: `[position, condition, direction] -> [r, g, b, density]`, raw, packed for one kernel variant.
///
/// Paper section 3.1; `FaceNeRF` in NeRFs/TorsoNeRF/run_nerf_helpers.py of the release. `depth` layers of `width` units
/// see the encoded position and the condition, once more after layer 4; density is read from the last of them; the encoded
/// view direction joins for `depth / 4 + 1` layers of `width / 2` units that end in colour. `feature_linear` is stored and unused.
///
/// `@unchecked Sendable`: the packed network is written once, in `init`, and only read afterwards.
public final class FaceNeRF: @unchecked Sendable {
    public let depth: Int
    public let width: Int
    /// Values of the condition.
    public let conditionSize: Int
    public let variant: KernelVariant

    let kernel: OpaquePointer
    /// Floats of a frame's folded condition.
    let conditionFloats: Int
    /// Floats of a ray's folded direction.
    let rayFloats: Int
    /// Bytes of a thread's scratch memory.
    let scratchBytes: Int

    /// - Parameters:
    ///   - weights: the network's state dictionary, shapes already validated: `pts_linears.N`, `views_linears.N`,
    ///     `alpha_linear` and `rgb_linear`, each `.weight` `[out, in]` and `.bias` `[out]`.
    ///   - octaves: of the position's encoding (`multires`).
    ///   - directionOctaves: of the view direction's encoding (`multires_views`).
    public init(weights: [String: Tensor], octaves: Int, directionOctaves: Int, variant: KernelVariant)
        throws(EngineError)
    {
        precondition(variant.isSupported, "the machine lacks what \(variant.rawValue) needs")
        depth = Self.count(of: "pts_linears", in: weights)
        let viewLayers = Self.count(of: "views_linears", in: weights)
        guard
            let first = weights["pts_linears.0.weight"], depth <= Int(ADN_MAX_DEPTH), depth != 5,
            viewLayers >= 1, viewLayers <= Int(ADN_MAX_VIEW_LAYERS)
        else {
            throw EngineError(
                .unsupported, "network", found: "\(depth) position layers and \(viewLayers) view layers",
                expected: "1 to \(ADN_MAX_DEPTH) position layers (not 5) and 1 to \(ADN_MAX_VIEW_LAYERS) view layers",
                remedy: "check netdepth and that the checkpoint is a FaceNeRF")
        }
        // The kernels hold a sample's activations in memory of a fixed size.
        guard octaves <= Int(ADN_MAX_OCTAVES), directionOctaves <= Int(ADN_MAX_OCTAVES) else {
            throw EngineError(
                .unsupported, "network",
                found: "\(octaves) octaves of the position and \(directionOctaves) of the view",
                expected: "at most \(ADN_MAX_OCTAVES) each", remedy: "check multires and multires_views")
        }
        guard first.shape[0] <= Int(ADN_MAX_WIDTH), first.shape[1] <= Int(ADN_MAX_INPUTS) else {
            throw EngineError(
                .unsupported, "network", found: "\(first.shape[0]) units that take \(first.shape[1]) inputs",
                expected: "at most \(ADN_MAX_WIDTH) units and \(ADN_MAX_INPUTS) inputs",
                remedy: "check netwidth and dim_aud")
        }
        width = first.shape[0]
        conditionSize = first.shape[1] - PositionalEncoding.size(octaves: octaves)
        self.variant = variant
        var shape = adn_shape()
        shape.depth = Int32(depth)
        shape.width = Int32(width)
        shape.octaves = Int32(octaves)
        shape.condition = Int32(conditionSize)
        shape.direction_octaves = Int32(directionOctaves)
        shape.view_layers = Int32(viewLayers)

        // The C side copies the layers, so one block of floats that outlives the call is enough.
        var names = (0..<depth).map { "pts_linears.\($0)" } + (0..<viewLayers).map { "views_linears.\($0)" }
        names += ["alpha_linear", "rgb_linear"]
        var floats: [Float] = []
        var offsets: [(weight: Int, bias: Int, out: Int, in: Int)] = []
        for name in names {
            guard let weight = weights["\(name).weight"], let bias = weights["\(name).bias"], weight.shape.count == 2
            else {
                throw EngineError(
                    .inconsistent, "network", found: "no \(name)", expected: "its weight and bias",
                    remedy: "check that the checkpoint is a FaceNeRF")
            }
            offsets.append((floats.count, floats.count + weight.values.count, weight.shape[0], weight.shape[1]))
            floats += weight.values
            floats += bias.values
        }
        let depth = depth
        let created = floats.withUnsafeBufferPointer { floats -> OpaquePointer? in
            let base = floats.baseAddress!
            let linears = offsets.map {
                adn_linear(weight: base + $0.weight, bias: base + $0.bias, out: Int32($0.out), in: Int32($0.in))
            }
            var layers = adn_layers()
            withUnsafeMutableBytes(of: &layers.points) { raw in
                let slots = raw.bindMemory(to: adn_linear.self)
                for i in 0..<depth { slots[i] = linears[i] }
            }
            withUnsafeMutableBytes(of: &layers.views) { raw in
                let slots = raw.bindMemory(to: adn_linear.self)
                for i in 0..<viewLayers { slots[i] = linears[depth + i] }
            }
            layers.density = linears[depth + viewLayers]
            layers.color = linears[depth + viewLayers + 1]
            return adn_network_create(variant.kernel, shape, &layers)
        }
        guard let created else {
            throw EngineError(.invalidValue, "network", found: "not enough memory to pack it")
        }
        kernel = created
        conditionFloats = adn_condition_floats(created)
        rayFloats = adn_ray_floats(created)
        scratchBytes = adn_scratch_bytes(created)
    }

    deinit { adn_network_destroy(kernel) }

    private static func count(of list: String, in weights: [String: Tensor]) -> Int {
        var n = 0
        while weights["\(list).\(n).weight"] != nil { n += 1 }
        return n
    }

    /// The condition's columns folded into the biases of a whole frame.
    func foldCondition(_ condition: [Float]) -> FloatBuffer {
        precondition(condition.count == conditionSize, "a condition has as many values as the network's columns")
        let folded = FloatBuffer(count: conditionFloats)
        foldCondition(condition, into: folded)
        return folded
    }

    /// As above, into memory that is there.
    func foldCondition(_ condition: [Float], into folded: FloatBuffer) {
        precondition(condition.count == conditionSize, "a condition has as many values as the network's columns")
        adn_fold_condition(kernel, condition, folded.base)
    }

    /// The view direction's columns folded into the biases of one ray: `rayFloats` values at `folded`.
    func foldRay(_ direction: SIMD3<Float>, into folded: UnsafeMutablePointer<Float>) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 3) { values in
            for axis in 0..<3 { values[axis] = direction[axis] }
            adn_fold_ray(kernel, values.baseAddress!, folded)
        }
    }

    /// `raw[4 * i ..< 4 * i + 4]` of sample `i`; with `densityOnly` only the fourth is written.
    func evaluate(
        condition: FloatBuffer, rays: UnsafePointer<Float>, samples: SampleBuffer, densityOnly: Bool,
        raw: UnsafeMutablePointer<Float>, scratch: FloatBuffer
    ) {
        adn_evaluate(
            kernel, condition.base, rays,
            adn_samples(
                x: samples.x.base, y: samples.y.base, z: samples.z.base, ray: samples.ray, count: samples.count),
            densityOnly, raw, scratch.base)
    }

    /// Scratch memory for one thread.
    func makeScratch() -> FloatBuffer { FloatBuffer(count: (scratchBytes + 3) / 4) }

    /// Multiply-adds of one evaluation, folded columns left out.
    public func multiplyAdds(densityOnly: Bool) -> Double { adn_multiply_adds(kernel, densityOnly) }
}
