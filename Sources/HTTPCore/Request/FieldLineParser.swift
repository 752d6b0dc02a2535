/// Parses field lines up to the empty line that ends them, however they are cut into pieces (RFC 9112, 5).
///
/// It is given all bytes so far again and again, goes on where it stopped, and so looks at each byte once.
struct FieldLineParser: Sendable {
    private enum Stage {
        case lineStart, name, beforeValue, value, lineFeed, lastLineFeed
    }

    private(set) var lines: [FieldBlock.Line] = []
    private let limit: Int
    private var stage = Stage.lineStart
    private var nameStart = 0
    private var nameEnd = 0
    private var valueStart = 0

    /// - Parameter limit: of the number of lines.
    init(limit: Int) {
        self.limit = limit
    }

    /// Parses on from `position`, and moves it.
    ///
    /// - Returns: whether the empty line has been read; if not, `position` is `end`.
    mutating func parse(
        _ bytes: UnsafeRawBufferPointer, from position: inout Int, to end: Int
    ) throws(HTTPParseError) -> Bool {
        var index = position
        defer { position = index }
        while index < end {
            switch stage {
            case .lineStart:
                if bytes[index] == .carriageReturn {
                    stage = .lastLineFeed
                    index &+= 1
                    continue
                }
                guard lines.count < limit else {
                    // RFC 6585, 5.
                    throw HTTPParseError(status: 431, detail: "There are more than \(limit) fields.")
                }
                nameStart = index
                stage = .name

            case .name:
                // field-name = token, with the colon right behind it: RFC 9110, 5.1; RFC 9112, 5.1.
                while index < end, ByteSet.token.contains(bytes[index]) { index &+= 1 }
                guard index < end else { return false }
                guard bytes[index] == UInt8(ascii: ":"), index > nameStart else {
                    throw badName(bytes[index], isFirst: index == nameStart)
                }
                nameEnd = index
                index &+= 1
                stage = .beforeValue

            case .beforeValue:
                // OWS is no part of the value: RFC 9112, 5.1.
                while index < end, bytes[index] == .space || bytes[index] == .tab { index &+= 1 }
                guard index < end else { return false }
                valueStart = index
                stage = .value

            case .value:
                index = bytes.endOfFieldText(from: index, to: end)
                guard index < end else { return false }
                let byte = bytes[index]
                if byte == .tab {
                    index &+= 1
                    continue
                }
                guard byte == .carriageReturn else {
                    // RFC 9110, 5.5; RFC 9112, 2.2 on a bare LF.
                    throw .malformed(
                        byte == .lineFeed
                            ? "A field line ends in a bare LF." : "There is a control character in a field value.")
                }
                append(bytes, valueEnd: index)
                index &+= 1
                stage = .lineFeed

            case .lineFeed, .lastLineFeed:
                guard bytes[index] == .lineFeed else {
                    throw .malformed("There is a CR without LF among the fields.")  // RFC 9112, 2.2
                }
                index &+= 1
                if stage == .lastLineFeed { return true }
                stage = .lineStart
            }
        }
        return false
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer, valueEnd: Int) {
        var valueEnd = valueEnd
        while valueEnd > valueStart, bytes[valueEnd &- 1] == .space || bytes[valueEnd &- 1] == .tab { valueEnd &-= 1 }
        if lines.isEmpty { lines.reserveCapacity(12) }
        lines.append(
            FieldBlock.Line(
                name: UInt32(truncatingIfNeeded: nameStart)..<UInt32(truncatingIfNeeded: nameEnd),
                value: UInt32(truncatingIfNeeded: valueStart)..<UInt32(truncatingIfNeeded: valueEnd)))
    }

    private func badName(_ byte: UInt8, isFirst: Bool) -> HTTPParseError {
        switch byte {
        case .space, .tab:
            // RFC 9112, 2.2, 5.1 and 5.2.
            .malformed(
                isFirst ? "A field line is folded or begins with whitespace." : "There is whitespace in a field name.")
        case .carriageReturn, .lineFeed: .malformed("A field line has no colon.")
        case UInt8(ascii: ":"): .malformed("A field has no name.")
        default: .malformed("There is an illegal character in a field name.")
        }
    }
}
