/// A position in a `ByteSource` that never leaves its range: the only way that the parsers of this folder read bytes.
///
/// Every size comes from the file and is therefore hostile: it is compared with what is left, never added to a position first.
struct ByteCursor {
    let source: ByteSource
    private(set) var position: Int
    let end: Int

    var remaining: Int { end - position }
    var isAtEnd: Bool { position == end }

    init(_ source: ByteSource) {
        self.init(source, checked: 0..<source.bytes.count)
    }

    /// - Parameter range: a range that a cursor over the same source has handed out.
    init(_ source: ByteSource, checked range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= source.bytes.count)
        self.source = source
        position = range.lowerBound
        end = range.upperBound
    }

    /// Takes the next `count` bytes, whatever integer type the file declares the count in.
    mutating func take(_ count: some BinaryInteger, _ what: StaticString) throws(EngineError) -> Range<Int> {
        guard let count = Int(exactly: count), count >= 0, count <= remaining else {
            throw source.malformed(
                "\(what) at byte \(position) needs \(count) bytes", expected: "at most the \(remaining) that are left there")
        }
        let start = position
        position += count
        return start..<position
    }

    mutating func byte(_ what: StaticString) throws(EngineError) -> UInt8 {
        source.bytes[try take(1, what).lowerBound]
    }

    /// A little-endian integer.
    mutating func integer<T: FixedWidthInteger>(_: T.Type, _ what: StaticString) throws(EngineError) -> T {
        let range = try take(MemoryLayout<T>.size, what)
        return T(littleEndian: source.bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: T.self))
    }

    /// `count` bytes of UTF-8.
    mutating func text(_ count: some BinaryInteger, _ what: StaticString) throws(EngineError) -> String {
        let range = try take(count, what)
        guard let text = String(validating: source.bytes[range], as: UTF8.self) else {
            throw source.malformed("\(what) at byte \(range.lowerBound) is not UTF-8")
        }
        return text
    }

    /// A line that ends with a newline, which is taken but not returned.
    mutating func line(_ what: StaticString) throws(EngineError) -> String {
        guard let newline = source.bytes[position..<end].firstIndex(of: 0x0a) else {
            throw source.malformed("\(what) at byte \(position) has no end")
        }
        let line = try text(newline - position, what)
        position += 1
        return line
    }

    /// A cursor over the next `count` bytes.
    mutating func slice(_ count: some BinaryInteger, _ what: StaticString) throws(EngineError) -> ByteCursor {
        ByteCursor(source, checked: try take(count, what))
    }

    /// Moves to an absolute position inside the range.
    mutating func seek(to target: some BinaryInteger, _ what: StaticString) throws(EngineError) {
        guard let target = Int(exactly: target), target >= 0, target <= end else {
            throw source.malformed("\(what) is declared at byte \(target)", expected: "a place before byte \(end)")
        }
        position = target
    }
}
