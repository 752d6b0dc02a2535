/// How rays are sampled and composited: the training options that change the picture.
public struct SamplingOptions: Sendable, Hashable {
    /// Depths that the samples span, in scene units along the camera's axis; 0 < near < far.
    public var near: Float
    public var far: Float
    /// Coarse samples a ray (`N_samples`), at least 3 where there are importance samples.
    public var coarseSamples: Int
    /// Importance samples a ray (`N_importance`); 0 renders from the coarse network alone.
    public var importanceSamples: Int
    /// Spaces the coarse samples evenly in 1 / depth.
    public var linearInDisparity: Bool
    /// Adds what the weights leave of 1 (`white_bkgd`).
    public var whiteBackground: Bool

    public init(
        near: Float, far: Float, coarseSamples: Int = 64, importanceSamples: Int = 128, linearInDisparity: Bool = false,
        whiteBackground: Bool = true
    ) {
        self.near = near
        self.far = far
        self.coarseSamples = coarseSamples
        self.importanceSamples = importanceSamples
        self.linearInDisparity = linearInDisparity
        self.whiteBackground = whiteBackground
    }

    /// All samples of the final pass.
    public var totalSamples: Int { coarseSamples + importanceSamples }

    /// The coarse samples' depths, both ends included.
    var coarseDepths: [Float] {
        (0..<coarseSamples).map { i in
            let t = Self.fraction(i, of: coarseSamples)
            return linearInDisparity ? 1 / (1 / near * (1 - t) + 1 / far * t) : near * (1 - t) + far * t
        }
    }

    /// `torch.linspace(0, 1, count)[index]`, bit for bit: counted from the nearer end, the multiplication fused with the
    /// subtraction, which here a double-precision product stands for.
    static func fraction(_ index: Int, of count: Int) -> Float {
        guard count > 1 else { return 0 }
        let step = 1 / Float(count - 1)
        return index < count / 2 ? Float(index) * step : Float(1 - Double(count - 1 - index) * Double(step))
    }
}
