/// A set of ASCII bytes as two words, so that membership is two instructions and a literal needs no set-up.
struct ByteSet: Sendable {
    /// Bit n stands for byte n.
    let low: UInt64
    /// Bit n stands for byte 64 + n.
    let high: UInt64

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        (byte < 64 ? low : high) &>> UInt64(byte & 63) & UInt64(1 &- byte &>> 7) != 0
    }

    /// tchar (RFC 9110, 5.6.2): letters, digits and ``!#$%&'*+-.^_`|~``.
    static let token = ByteSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)

    /// What a reg-name has besides escapes (RFC 3986, 3.2.2): unreserved and sub-delims, that is letters, digits and
    /// `-._~!$&'()*+,;=`.
    static let registeredName = ByteSet(low: 0x2BFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
}
