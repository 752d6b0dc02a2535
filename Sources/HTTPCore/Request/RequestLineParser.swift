/// Parses `method SP request-target SP HTTP-version CRLF` (RFC 9112, 3), however it is cut into pieces.
///
/// It is given all bytes so far again and again, goes on where it stopped, and so looks at each byte once.
struct RequestLineParser: Sendable {
    private enum Stage {
        case start, emptyLine, method, target, version
    }

    private(set) var line = RequestLine()
    private var stage = Stage.start
    /// Where the part that is being read begins.
    private var partStart = 0

    /// Whether more than an empty line before the request has come.
    private(set) var hasBegun = false

    /// Parses on from `position`, and moves it.
    ///
    /// - Returns: whether the line's end has been read; if not, `position` is `end`.
    mutating func parse(
        _ bytes: UnsafeRawBufferPointer, from position: inout Int, to end: Int
    ) throws(HTTPParseError) -> Bool {
        var index = position
        defer { position = index }
        while index < end {
            switch stage {
            case .start:
                // One empty line may come before a request: RFC 9112, 2.2.
                if bytes[index] == .carriageReturn {
                    stage = .emptyLine
                    index &+= 1
                } else {
                    stage = .method
                }

            case .emptyLine:
                guard bytes[index] == .lineFeed else { throw .malformed("There is a bare CR before the request.") }
                index &+= 1
                partStart = index
                stage = .method

            case .method:
                hasBegun = true
                // method = token: RFC 9110, 9.1.
                while index < end, ByteSet.token.contains(bytes[index]) { index &+= 1 }
                guard index < end else { return false }
                guard bytes[index] == .space, index > partStart else {
                    throw .malformed("The request line does not begin with a method and one space.")
                }
                line.method = partStart..<index
                line.isHEAD = bytes.equals("HEAD", line.method)
                if bytes.equals("CONNECT", line.method) {
                    // A tunnel is a proxy's work: RFC 9110, 9.3.6.
                    throw HTTPParseError(status: 501, detail: "This server is no proxy: there is no CONNECT.")
                }
                index &+= 1
                partStart = index
                stage = .target

            case .target:
                // Visible ASCII without a fragment: RFC 9112, 3.2. Of the characters outside the grammar of URIs, those that
                // browsers send raw are let through.
                while index < end, bytes[index] &- 0x21 < 0x5E, bytes[index] != UInt8(ascii: "#") {
                    if bytes[index] == UInt8(ascii: "?"), line.question == nil { line.question = index }
                    index &+= 1
                }
                guard index < end else { return false }
                guard bytes[index] == .space else { throw badTarget(bytes[index]) }
                guard index > partStart else { throw .malformed("There are two spaces in the request line.") }
                line.target = partStart..<index
                index &+= 1
                partStart = index
                stage = .version

            case .version:
                if try parseVersion(bytes[index], at: index &- partStart) {
                    index &+= 1
                    guard major == UInt8(ascii: "1"), minor <= UInt8(ascii: "1") else {
                        // RFC 9110, 15.6.6.
                        throw HTTPParseError(status: 505, detail: "The version is not HTTP/1.1 or HTTP/1.0.")
                    }
                    line.isHTTP10 = minor == UInt8(ascii: "0")
                    return true
                }
                index &+= 1
            }
        }
        return false
    }

    private var major: UInt8 = 0
    private var minor: UInt8 = 0

    /// HTTP-version = "HTTP/" DIGIT "." DIGIT, case-sensitive (RFC 9112, 2.3), and the line's end.
    ///
    /// - Returns: whether this was the last byte.
    @inline(__always)
    private mutating func parseVersion(_ byte: UInt8, at offset: Int) throws(HTTPParseError) -> Bool {
        let name: StaticString = "HTTP/"
        let isRight: Bool
        switch offset {
        case 0..<5: isRight = byte == name.utf8Start[offset]
        case 5:
            isRight = byte.isDigit
            major = byte
        case 6: isRight = byte == UInt8(ascii: ".")
        case 7:
            isRight = byte.isDigit
            minor = byte
        case 8: isRight = byte == .carriageReturn
        default:
            isRight = byte == .lineFeed
            if isRight { return true }
        }
        guard isRight else { throw .malformed("The request line does not end in HTTP/1.1 and CRLF.") }
        return false
    }

    private func badTarget(_ byte: UInt8) -> HTTPParseError {
        switch byte {
        case .carriageReturn, .lineFeed: .malformed("The request line has no version.")
        case UInt8(ascii: "#"): .malformed("There is a fragment in the target.")
        default: .malformed("There is a control character or a non-ASCII byte in the target; percent-encode it.")
        }
    }
}
