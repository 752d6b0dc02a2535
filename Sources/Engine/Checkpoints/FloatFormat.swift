/// How a floating-point number is stored in a file.
enum FloatFormat: Sendable, Hashable {
    /// IEEE 754 binary16.
    case half
    /// The upper half of a binary32.
    case bfloat16
    /// IEEE 754 binary32.
    case single
    /// IEEE 754 binary64; rounded to the nearest binary32 when read.
    case double

    var byteCount: Int {
        switch self {
        case .half, .bfloat16: 2
        case .single: 4
        case .double: 8
        }
    }

    /// The value at an address that need not be aligned. The caller vouches for `byteCount` readable bytes there.
    @inline(__always)
    func load(_ address: UnsafeRawPointer, bigEndian: Bool) -> Float {
        switch self {
        case .half: Self.half(bits: Self.bits(address, bigEndian))
        case .bfloat16: Self.bfloat16(bits: Self.bits(address, bigEndian))
        case .single: Float(bitPattern: Self.bits(address, bigEndian))
        case .double: Float(Double(bitPattern: Self.bits(address, bigEndian)))
        }
    }

    /// Widens an IEEE 754 binary16, exactly.
    static func half(bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10 & 0x1f)
        let fraction = UInt32(bits & 0x3ff)
        switch exponent {
        case 0:  // zero or subnormal: fraction * 2^-24
            return Float(bitPattern: sign | (Float(fraction) * 0x1p-24).bitPattern)
        case 0x1f:  // infinity or NaN
            return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default:  // the biases are 15 and 127
            return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    static func bfloat16(bits: UInt16) -> Float {
        Float(bitPattern: UInt32(bits) << 16)
    }

    @inline(__always)
    private static func bits<T: FixedWidthInteger>(_ address: UnsafeRawPointer, _ bigEndian: Bool) -> T {
        let raw = address.loadUnaligned(as: T.self)
        return bigEndian ? T(bigEndian: raw) : T(littleEndian: raw)
    }
}
