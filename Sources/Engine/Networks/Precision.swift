/// How exactly the networks are evaluated.
public enum Precision: String, CaseIterable, Sendable, Codable {
    /// Products and sums in 32-bit floats.
    case fp32
    /// The fastest that the machine has: bfloat16 products with fp32 sums where there is AVX-512 BF16, else fp32.
    case fast
}
