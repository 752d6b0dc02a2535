import CKernels

/// A FaceNeRF with random weights of the size that keeps activations alive.
///
/// `@unchecked Sendable`: the weights are written in `init` and only read afterwards.
final class RandomNetwork: @unchecked Sendable {
    private let shape: adn_shape
    private var layers = adn_layers()
    private var blocks: [UnsafeMutablePointer<Float>] = []
    private var random = SystemRandomNumberGenerator()

    init(width: Int, condition: Int) {
        shape = adn_shape(
            depth: 8, width: Int32(width), octaves: 10, condition: Int32(condition), direction_octaves: 4,
            view_layers: 3)
        let inputs = 63 + condition
        let points = (0..<8).map { linear(width, $0 == 0 ? inputs : $0 == 5 ? inputs + width : width) }
        let views = (0..<3).map { linear(width / 2, $0 == 0 ? width + 27 : width / 2) }
        withUnsafeMutableBytes(of: &layers.points) { raw in
            for (i, layer) in points.enumerated() { raw.bindMemory(to: adn_linear.self)[i] = layer }
        }
        withUnsafeMutableBytes(of: &layers.views) { raw in
            for (i, layer) in views.enumerated() { raw.bindMemory(to: adn_linear.self)[i] = layer }
        }
        layers.density = linear(1, width)
        layers.color = linear(3, width / 2)
    }

    deinit { for block in blocks { block.deallocate() } }

    private func linear(_ out: Int, _ into: Int) -> adn_linear {
        let block = UnsafeMutablePointer<Float>.allocate(capacity: out * into + out)
        let bound = (6 / Float(into)).squareRoot()
        for i in 0..<out * into + out { block[i] = Float.random(in: -bound...bound, using: &random) }
        blocks.append(block)
        return adn_linear(weight: block, bias: block + out * into, out: Int32(out), in: Int32(into))
    }

    func packed(_ variant: adn_variant) -> OpaquePointer {
        guard let network = adn_network_create(variant, shape, &layers) else { fatalError("out of memory") }
        return network
    }

    /// Evaluates some samples on one ray; returns the floating-point operations done.
    func evaluate(_ network: OpaquePointer, samples: Int) -> Double {
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: adn_scratch_bytes(network), alignment: 64)
        defer { scratch.deallocate() }
        let floats = { (count: Int) in [Float](repeating: 0.1, count: count) }
        var condition = floats(adn_condition_floats(network))
        var ray = floats(adn_ray_floats(network))
        adn_fold_condition(network, floats(Int(shape.condition)), &condition)
        adn_fold_ray(network, [0.1, 0.2, -1], &ray)
        let positions = (0..<samples).map { Float($0) / Float(samples) - 0.5 }
        let rays = [UInt32](repeating: 0, count: samples)
        var raw = floats(4 * samples)
        positions.withUnsafeBufferPointer { x in
            rays.withUnsafeBufferPointer { rays in
                adn_evaluate(
                    network, condition, ray,
                    adn_samples(
                        x: x.baseAddress, y: x.baseAddress, z: x.baseAddress, ray: rays.baseAddress, count: samples),
                    false, &raw, scratch)
            }
        }
        return 2 * adn_multiply_adds(network, false) * Double(samples)
    }
}
