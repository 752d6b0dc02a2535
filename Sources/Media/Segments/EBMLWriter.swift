/// Writes EBML elements (RFC 8794).
struct EBMLWriter {
    private(set) var bytes: [UInt8] = []

    /// An element around what the closure writes.
    mutating func element(_ id: UInt32, _ content: (inout EBMLWriter) -> Void) {
        var inner = EBMLWriter()
        content(&inner)
        element(id, bytes: inner.bytes)
    }

    mutating func element(_ id: UInt32, bytes content: some Collection<UInt8>) {
        put(id)
        bytes += Self.size(content.count)
        bytes += content
    }

    /// The header of an element that goes on to the end of the stream (section 6.2).
    mutating func openElement(_ id: UInt32) {
        put(id)
        bytes += [0x01] + [UInt8](repeating: 0xFF, count: 7)
    }

    /// The header of an element of a known size, always twelve bytes for an identifier of four.
    mutating func header(_ id: UInt32, size: Int) {
        put(id)
        bytes += (UInt64(1) << 56 | UInt64(size)).bigEndianBytes
    }

    mutating func element(_ id: UInt32, text: String) { element(id, bytes: Array(text.utf8)) }

    mutating func element(_ id: UInt32, float value: Double) { element(id, bytes: value.bitPattern.bigEndianBytes) }

    /// An unsigned integer in as few bytes as it needs.
    mutating func element(_ id: UInt32, _ value: UInt64) {
        element(id, bytes: Self.trimmed(value))
    }

    /// An unsigned integer in eight bytes, for numbers that are known only when the sizes of others are.
    mutating func element(_ id: UInt32, fixed value: UInt64) { element(id, bytes: value.bigEndianBytes) }

    /// A signed integer in eight bytes.
    mutating func element(_ id: UInt32, signed value: Int64) { element(id, bytes: value.bigEndianBytes) }

    mutating func put(_ more: some Sequence<UInt8>) { bytes += more }

    private mutating func put(_ id: UInt32) { bytes += Self.trimmed(UInt64(id)) }

    private static func trimmed(_ value: UInt64) -> [UInt8] {
        Array(value.bigEndianBytes.suffix(max(1, 8 - value.leadingZeroBitCount / 8)))
    }

    /// A size in as few bytes as it needs; all ones are kept for the unknown size (section 6.2).
    static func size(_ value: Int) -> [UInt8] {
        let length = (1...8).first { value < 1 << (7 * $0) - 1 } ?? 8
        return Array((UInt64(1) << (7 * length) | UInt64(value)).bigEndianBytes.suffix(length))
    }
}
