/// What a strategy was measured to be worth on one avatar, against exact rays.
public struct Certificate: Sendable, Hashable, Codable {
    public var strategy: RenderStrategy
    /// PSNR of the strategy's colours against the two-pass fp32 ones, dB; at most 150.
    public var fidelity: Double
    /// Under what the PSNR of whole pictures is likely to be, dB.
    public var assured: Double
    /// Exact rays that it was measured on.
    public var rays: Int

    /// A shortcut is taken only where it is measured to be at least this faithful, dB.
    public static let floor = 50.0

    /// Two passes in fp32: exact by definition.
    static let exact = Certificate(strategy: .exactTwoPass, fidelity: 150, assured: 150, rays: 0)
}
