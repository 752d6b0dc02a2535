@testable import Engine

/// Networks with random weights of the size that keeps activations alive.
enum RandomFaceNeRF {
    /// A state dictionary, as a checkpoint has it.
    static func weights(
        depth: Int, width: Int, octaves: Int, condition: Int, directionOctaves: Int, seed: UInt64
    ) -> [String: Tensor] {
        var random = SplitMix(seed: seed)
        let shape = FaceNeRFShape(
            position: 3 + 6 * octaves, condition: condition, direction: 3 + 6 * directionOctaves, width: width,
            depth: depth)
        var weights: [String: Tensor] = [:]
        for (name, extents) in shape.tensors {
            let bound = extents.count == 2 ? (6 / Float(extents[1])).squareRoot() : 0.3
            let values = (0..<extents.reduce(1, *)).map { _ in (2 * random.unit() - 1) * bound }
            weights[name] = Tensor(shape: extents, values: values)
        }
        return weights
    }
}
