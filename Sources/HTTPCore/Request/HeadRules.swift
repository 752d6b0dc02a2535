/// What a head's fields mean for the connection, and the rules that they must keep.
///
/// Filled field by field, then checked once.
struct HeadRules {
    private(set) var host: Range<Int>?
    private(set) var length: Int?
    private var hosts = 0
    private var lengths = 0
    private var codings = 0
    private var isChunked = false
    private var saysClose = false
    private var saysKeepAlive = false
    private var saysContinue = false

    /// Takes note of one field.
    @inline(__always)
    mutating func add(_ bytes: UnsafeRawBufferPointer, name: Range<Int>, value: Range<Int>) throws(HTTPParseError) {
        switch name.count {
        case 4 where bytes.matches("host", name):
            hosts += 1
            host = value
        case 6 where bytes.matches("expect", name):
            saysContinue = saysContinue || bytes.matches("100-continue", value)
        case 10 where bytes.matches("connection", name):
            addConnection(bytes, value)
        case 14 where bytes.matches("content-length", name):
            lengths += 1
            length = try Self.contentLength(bytes, value)
        case 17 where bytes.matches("transfer-encoding", name):
            codings += 1
            isChunked = bytes.matches("chunked", value)
        default: break
        }
    }

    /// Connection = #connection-option, case-insensitive, perhaps on several lines (RFC 9110, 7.6.1).
    private mutating func addConnection(_ bytes: UnsafeRawBufferPointer, _ value: Range<Int>) {
        var start = value.lowerBound
        while start < value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end &+= 1 }
            let next = end + 1
            while start < end, bytes[start] == .space || bytes[start] == .tab { start &+= 1 }
            while end > start, bytes[end - 1] == .space || bytes[end - 1] == .tab { end &-= 1 }
            saysClose = saysClose || bytes.matches("close", start..<end)
            saysKeepAlive = saysKeepAlive || bytes.matches("keep-alive", start..<end)
            start = next
        }
    }

    /// Content-Length = 1*DIGIT (RFC 9110, 8.6).
    private static func contentLength(
        _ bytes: UnsafeRawBufferPointer, _ value: Range<Int>
    ) throws(HTTPParseError) -> Int {
        guard !value.isEmpty else { throw .malformed("Content-Length is empty.") }
        for index in value where !bytes[index].isDigit { throw .malformed("Content-Length is not one decimal number.") }
        var length = 0
        for index in value {
            let (tens, overflowsTens) = length.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.addingReportingOverflow(Int(bytes[index] - 0x30))
            guard !overflowsTens, !overflows else { throw tooLong }
            length = sum
        }
        return length
    }

    static let tooLong = HTTPParseError(
        status: 413, detail: "The body is longer than this server takes; send less.")

    /// Host: exactly one, valid, and not empty on HTTP/1.1 (RFC 9112, 3.2).
    func checkHost(_ bytes: UnsafeRawBufferPointer, isHTTP10: Bool) throws(HTTPParseError) {
        guard hosts <= 1 else { throw .malformed("There is more than one Host field.") }
        guard let host else {
            if isHTTP10 { return }
            throw .malformed("There is no Host field.")
        }
        if isHTTP10, host.isEmpty { return }
        guard Authority.isValid(bytes, host) else {
            throw .malformed("The Host field is not a host with an optional port.")
        }
    }

    /// How the body is delimited (RFC 9112, 6.1 to 6.3), read strictly: whatever two parties may understand differently
    /// is refused.
    func framing(isHTTP10: Bool, limit: Int) throws(HTTPParseError) -> RequestHead.Framing {
        guard lengths <= 1 else { throw .malformed("There is more than one Content-Length field.") }
        guard codings > 0 else {
            guard let length, length > 0 else { return .none }
            guard length <= limit else { throw Self.tooLong }
            return .length(length)
        }
        guard codings == 1 else { throw .malformed("There is more than one Transfer-Encoding field.") }
        guard !isHTTP10 else { throw .malformed("Transfer-Encoding is not for HTTP/1.0.") }
        guard lengths == 0 else { throw .malformed("There are both Content-Length and Transfer-Encoding.") }
        guard isChunked else {
            throw HTTPParseError(status: 501, detail: "Transfer-Encoding is not chunked, the only one served here.")
        }
        return .chunked
    }

    /// Whether the connection persists (RFC 9112, 9.3).
    func keepsAlive(isHTTP10: Bool) -> Bool {
        !saysClose && (!isHTTP10 || saysKeepAlive)
    }

    /// RFC 9110, 10.1.1: ignored on HTTP/1.0 and where there is no body to wait for.
    func expectsContinue(isHTTP10: Bool, framing: RequestHead.Framing) -> Bool {
        saysContinue && !isHTTP10 && framing != .none
    }
}
