/// What a strategy was measured to be worth on one avatar, against exact rays.
public struct Certificate: Sendable, Hashable, Codable {
    public var strategy: RenderStrategy
    /// PSNR of the strategy's colours against the two-pass fp32 ones, dB; at most 150.
    public var fidelity: Double
    /// Exact rays that it was measured on.
    public var rays: Int

    /// A shortcut is taken only where it is measured to be at least this faithful, dB.
    public static let floor = 50.0
    /// What a shortcut must measure when it is chosen: a little more, as the rays are a sample.
    static let margin = 1.0
}
