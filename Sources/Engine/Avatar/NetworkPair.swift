/// The two networks of a head or a torso, by the release's parameter names (`pts_linears.0.weight` ...).
public struct NetworkPair: Sendable, Equatable {
    /// `network_fn`: places the importance samples.
    public let coarse: [String: Tensor]
    public let coarseShape: FaceNeRFShape
    /// `network_fine`: makes the picture. The coarse network again where the configuration has no importance samples.
    public let fine: [String: Tensor]
    public let fineShape: FaceNeRFShape

    public init(coarse: [String: Tensor], coarseShape: FaceNeRFShape, fine: [String: Tensor], fineShape: FaceNeRFShape) {
        self.coarse = coarse
        self.coarseShape = coarseShape
        self.fine = fine
        self.fineShape = fineShape
    }
}
