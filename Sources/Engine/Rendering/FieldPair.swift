/// The coarse and the fine network of the head or of the torso, packed alike.
public struct FieldPair: Sendable {
    /// Finds where along a ray there is something.
    public let coarse: FaceNeRF
    /// Gives the picture. The same object as `coarse` where the avatar has no importance samples.
    public let fine: FaceNeRF

    public init(coarse: FaceNeRF, fine: FaceNeRF) {
        self.coarse = coarse
        self.fine = fine
    }

    init(_ pair: NetworkPair, _ configuration: TrainingConfig, variant: KernelVariant) throws(EngineError) {
        let pack = { (weights: [String: Tensor]) throws(EngineError) in
            try FaceNeRF(
                weights: weights, octaves: configuration.positionOctaves,
                directionOctaves: configuration.directionOctaves, variant: variant)
        }
        coarse = try pack(pair.coarse)
        fine = configuration.importanceCount > 0 ? try pack(pair.fine) : coarse
    }
}
