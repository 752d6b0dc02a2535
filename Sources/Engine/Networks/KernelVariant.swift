import CKernels

/// Which loops evaluate the networks: an instruction set and a precision.
public enum KernelVariant: String, CaseIterable, Sendable, Codable {
    /// Plain loops over the layers as they are stored, fp32: the yardstick.
    case scalar
    /// Fused tiles with 128-bit vectors, fp32, on any machine.
    case portable
    /// Fused tiles with AVX2 and FMA, fp32.
    case avx2
    /// Fused tiles with AVX-512, fp32.
    case avx512
    /// Fused tiles with AVX-512 BF16: bfloat16 products, fp32 sums.
    case bf16 = "avx512-bf16"
    /// The same numbers as `bf16` on any machine, slowly.
    case bf16Portable = "bf16-portable"

    var kernel: adn_variant {
        switch self {
        case .scalar: ADN_SCALAR
        case .portable: ADN_PORTABLE
        case .avx2: ADN_AVX2
        case .avx512: ADN_AVX512
        case .bf16: ADN_BF16
        case .bf16Portable: ADN_BF16_PORTABLE
        }
    }

    /// Whether this machine has the instructions.
    public var isSupported: Bool { adn_variant_supported(kernel) }

    /// The fastest supported variant for a precision.
    public static func best(for precision: Precision) -> KernelVariant {
        let kernel = precision == .fp32 ? adn_best_exact_variant() : adn_best_variant()
        return allCases.first { $0.kernel == kernel } ?? .portable
    }

    /// Floating-point operations of `iterations` rounds of the variant's multiply-adds on registers alone: the machine's peak.
    public func peakOperations(iterations: Int) -> Double { adn_peak_operations(kernel, iterations) }
}
