/// Reads EBML elements (RFC 8794) one after the other.
struct EBMLReader {
    struct Element: Equatable {
        /// With its length marker, as specifications write it: `0x1A45DFA3`.
        let id: UInt32
        /// The content's place; nil where the size is unknown (section 6.2).
        let content: Range<Int>?
        /// Where the content starts.
        let start: Int
    }

    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position >= end }

    /// The element that starts here, the position then being that of its content; nil if it does not fit.
    mutating func next() -> Element? {
        guard let id = number(longest: 4), let size = number(longest: 8)
        else { return nil }
        guard let size = size.value else { return Element(id: UInt32(id.raw), content: nil, start: position) }
        guard size <= UInt64(end - position) else { return nil }
        return Element(id: UInt32(id.raw), content: position..<position + Int(size), start: position)
    }

    mutating func skip(_ element: Element) {
        position = element.content?.upperBound ?? element.start
    }

    /// A variable-size integer (section 4): the number of leading zeros tells its length.
    private mutating func number(longest: Int) -> (raw: UInt64, value: UInt64?)? {
        guard position < end else { return nil }
        let first = bytes[position]
        let length = first.leadingZeroBitCount + 1
        guard length <= longest, length <= end - position else { return nil }
        var raw: UInt64 = 0
        for offset in 0..<length { raw = raw << 8 | UInt64(bytes[position + offset]) }
        position += length
        let mask = (UInt64(1) << (7 * length)) - 1
        // All ones stand for an unknown size.
        return (raw, raw & mask == mask ? nil : raw & mask)
    }

    /// An unsigned integer of up to eight bytes (section 7.2); nil if it is longer.
    static func unsigned(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64? {
        guard range.count <= 8 else { return nil }
        return bytes[range].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
