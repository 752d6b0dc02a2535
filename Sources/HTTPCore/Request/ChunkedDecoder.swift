/// Decodes the chunked coding (RFC 9112, 7.1), however it is cut into pieces.
///
/// Strict: whitespace around extensions, which RFC 9112, 7.1.1 calls bad, is refused, and so is everything else that
/// another parser may read differently.
struct ChunkedDecoder: Sendable {
    private enum Stage {
        case size, extensionName, extensionValue, token, quoted, quotedPair, afterQuoted, lineFeed
        case data, dataReturn, dataLineFeed
        case trailers
    }

    /// The trailer section; nil if it is empty, or not yet read.
    private(set) var trailers: FieldBlock?
    private(set) var isComplete = false
    private let limits: HTTPLimits
    private var stage = Stage.size
    /// Of the current chunk: its size, while that is read, then what is still to come of it.
    private var size = 0
    /// Bytes of the current chunk's line, and how many of them are digits or begin a part of an extension.
    private var lineLength = 0
    private var digits = 0
    private var partLength = 0
    /// Content and extensions so far.
    private var content = 0
    private var extensions = 0
    private var trailerLines: FieldLineParser
    private var trailerText: [UInt8] = []
    private var trailerPosition = 0

    init(limits: HTTPLimits) {
        self.limits = limits
        trailerLines = FieldLineParser(limit: limits.fields)
    }

    /// Decodes up to the end of the body.
    ///
    /// - Parameters:
    ///   - output: content is appended to it.
    ///   - keeping: false to drop the content.
    /// - Returns: how many bytes belong to the body.
    mutating func decode(
        _ input: UnsafeRawBufferPointer, into output: inout [UInt8], keeping: Bool
    ) throws(HTTPParseError) -> Int {
        var index = 0
        while index < input.count, !isComplete {
            switch stage {
            case .data:
                let count = min(size, input.count - index)
                if keeping {
                    if output.isEmpty { output.reserveCapacity(size == count ? count : input.count - index) }
                    output.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[index..<index + count]))
                }
                index += count
                size -= count
                if size == 0 { stage = .dataReturn }
            case .dataReturn:
                guard input[index] == .carriageReturn else { throw .malformed("A chunk is longer than its size says.") }
                index += 1
                stage = .dataLineFeed
            case .dataLineFeed:
                guard input[index] == .lineFeed else { throw .malformed("There is a bare CR behind a chunk.") }
                index += 1
                startLine()
            case .trailers:
                index += try parseTrailers(UnsafeRawBufferPointer(rebasing: input[index...]))
            default:
                try parseLine(input[index])
                index += 1
            }
        }
        return index
    }

    private mutating func startLine() {
        stage = .size
        size = 0
        lineLength = 0
        digits = 0
    }

    /// One byte of `chunk-size [ chunk-ext ] CRLF` (RFC 9112, 7.1 and 7.1.1).
    private mutating func parseLine(_ byte: UInt8) throws(HTTPParseError) {
        lineLength += 1
        guard lineLength <= limits.chunkLine else {
            throw .malformed("A chunk's size and extensions are longer than \(limits.chunkLine) bytes.")
        }
        switch stage {
        case .size:
            if let digit = byte.hexDigit {
                let (shifted, overflows) = size.multipliedReportingOverflow(by: 16)
                guard !overflows else { throw HeadRules.tooLong }
                size = shifted | Int(digit)
                digits += 1
                return
            }
            guard digits > 0 else { throw .malformed("A chunk does not begin with its size in hexadecimal digits.") }
            try endPart(byte)
        case .extensionName:
            // chunk-ext-name = token
            if ByteSet.token.contains(byte) {
                partLength += 1
                return
            }
            guard partLength > 0 else { throw Self.badExtension }
            if byte == UInt8(ascii: "=") {
                stage = .extensionValue
                partLength = 0
            } else {
                try endPart(byte)
            }
        case .extensionValue:
            // chunk-ext-val = token / quoted-string
            if byte == UInt8(ascii: "\"") {
                stage = .quoted
            } else if ByteSet.token.contains(byte) {
                stage = .token
            } else {
                throw Self.badExtension
            }
        case .token:
            if !ByteSet.token.contains(byte) { try endPart(byte) }
        case .quoted:
            // quoted-string: RFC 9110, 5.6.4.
            if byte == UInt8(ascii: "\"") {
                stage = .afterQuoted
            } else if byte == UInt8(ascii: "\\") {
                stage = .quotedPair
            } else if !byte.isFieldValue {
                throw Self.badExtension
            }
        case .quotedPair:
            guard byte.isFieldValue else { throw Self.badExtension }
            stage = .quoted
        case .afterQuoted:
            try endPart(byte)
        default:
            guard byte == .lineFeed else { throw .malformed("There is a bare CR behind a chunk's size.") }
            try endLine()
        }
    }

    private static let badExtension = HTTPParseError.malformed("A chunk extension is malformed.")

    /// A size, or an extension, is followed by another extension or by the line's end.
    private mutating func endPart(_ byte: UInt8) throws(HTTPParseError) {
        switch byte {
        case UInt8(ascii: ";"):
            stage = .extensionName
            partLength = 0
        case .carriageReturn: stage = .lineFeed
        default: throw stage == .size ? .malformed("A chunk's size is not hexadecimal digits.") : Self.badExtension
        }
    }

    private mutating func endLine() throws(HTTPParseError) {
        content = try content.adding(size, limit: limits.body)
        extensions += lineLength - digits - 2
        // Many small chunks with long extensions make work out of all proportion to the content.
        guard extensions - content <= limits.chunkExtensions else {
            throw .malformed("The chunk extensions are longer than \(limits.chunkExtensions) bytes.")
        }
        stage = size == 0 ? .trailers : .data
    }

    /// The trailer section and the empty line behind it (RFC 9112, 7.1.2).
    private mutating func parseTrailers(_ input: UnsafeRawBufferPointer) throws(HTTPParseError) -> Int {
        let before = trailerText.count
        trailerText.append(contentsOf: input.prefix(limits.trailers - before))
        let text = trailerText
        isComplete = try text.withUnsafeBufferPointer { text throws(HTTPParseError) in
            let text = UnsafeRawBufferPointer(text)
            guard try trailerLines.parse(text, from: &trailerPosition, to: text.count) else { return false }
            if !trailerLines.lines.isEmpty {
                let lines = trailerLines.lines
                trailers = FieldBlock(UnsafeRawBufferPointer(rebasing: text[..<trailerPosition]), lines: lines)
            }
            return true
        }
        guard isComplete || trailerText.count < limits.trailers else {
            throw HTTPParseError(status: 431, detail: "The trailers are longer than \(limits.trailers) bytes.")
        }
        // RFC 9110, 6.5.1: fields that frame or route are not for trailers.
        for name: StaticString in ["content-length", "transfer-encoding", "host"] where trailers?.index(of: name) != nil
        {
            throw .malformed("There is a \(name) field among the trailers.")
        }
        return trailerPosition - before
    }
}
