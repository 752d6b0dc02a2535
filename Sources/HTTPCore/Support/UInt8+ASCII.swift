extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20

    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    /// The value of a hexadecimal digit; nil for other bytes.
    @inline(__always)
    var hexDigit: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = lowercase &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }

    @inline(__always)
    var lowercase: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// Whether it may occur in a field value (RFC 9110, 5.5): visible ASCII, space, tab and bytes over 0x7F.
    @inline(__always)
    var isFieldValue: Bool { self >= 0x20 && self != 0x7F || self == .tab }
}
