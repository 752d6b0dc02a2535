/// The field lines of a head or of a trailer section, in the order in which they came.
///
/// All of them lie in one array of bytes; looking one up allocates nothing but the value's string.
public struct FieldBlock: Sendable, RandomAccessCollection {
    /// One field line.
    public struct Field: Sendable, Hashable {
        /// In lower case: names are case-insensitive (RFC 9110, 5.1).
        public let name: String
        /// Without the whitespace around it. Bytes that are not UTF-8 are replaced.
        public let value: String
    }

    /// Where one field line lies in `bytes`.
    struct Line: Sendable {
        var name: Range<UInt32>
        var value: Range<UInt32>
    }

    /// What the lines index; names in lower case. Other text may lie between.
    let bytes: [UInt8]
    let lines: [Line]

    /// No fields.
    public init() {
        bytes = []
        lines = []
    }

    /// - Parameter text: what the lines were parsed from, no longer than `UInt32` counts.
    init(_ text: UnsafeRawBufferPointer, lines: [Line]) {
        self.lines = lines
        var bytes = [UInt8](text)
        bytes.withUnsafeMutableBufferPointer { bytes in
            for line in lines {
                for index in Int(line.name.lowerBound)..<Int(line.name.upperBound) {
                    bytes[index] = bytes[index].lowercase
                }
            }
        }
        self.bytes = bytes
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { lines.count }

    public subscript(position: Int) -> Field {
        Field(name: text(lines[position].name), value: text(lines[position].value))
    }

    /// The value of the first field of that name; nil if there is none.
    ///
    /// - Parameter name: in lower case.
    public func value(of name: StaticString) -> String? {
        index(of: name).map { text(lines[$0].value) }
    }

    /// The values of all fields of that name, joined by commas (RFC 9110, 5.3); nil if there is none.
    ///
    /// - Parameter name: in lower case.
    public func values(of name: StaticString) -> String? {
        guard var position = index(of: name) else { return nil }
        var joined = text(lines[position].value)
        while let next = index(of: name, from: position + 1) {
            joined += ", " + text(lines[next].value)
            position = next
        }
        return joined
    }

    /// Where the first field of that name is, at `start` or behind it; nil if there is none.
    ///
    /// - Parameter name: in lower case.
    public func index(of name: StaticString, from start: Int = 0) -> Int? {
        bytes.withUnsafeBytes { bytes in
            lines[start...].firstIndex { line in
                bytes.matches(name, Int(line.name.lowerBound)..<Int(line.name.upperBound))
            }
        }
    }

    /// The bytes of a field's value, as they were sent.
    public func valueBytes(at position: Int) -> ArraySlice<UInt8> {
        bytes[Int(lines[position].value.lowerBound)..<Int(lines[position].value.upperBound)]
    }

    func text(_ range: Range<UInt32>) -> String {
        String(decoding: bytes[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
    }
}
