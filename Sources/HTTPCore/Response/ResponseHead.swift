/// A response's status and fields, written as they are added.
///
/// ```swift
/// var head = ResponseHead(status: 200)
/// head.add("Content-Type", "application/json")
/// let sendsContent = connection.respond(head, bodyLength: body.count, date: date, now: now)
/// ```
/// Framing belongs to the connection: `Content-Length`, `Transfer-Encoding`, `Keep-Alive`, `Upgrade` and `Connection` are
/// left out when they are added, except that `Connection: close` closes. `Date` is added unless it is there.
public struct ResponseHead: Sendable {
    /// 200 to 599.
    public let status: Int
    /// Whether the connection is to be closed after this response.
    public var closes = false

    /// The status line and the fields so far.
    private var bytes: [UInt8] = []
    private var hasDate = false
    private var isValid: Bool

    /// - Parameter reason: by default the registered phrase.
    public init(status: Int, reason: String? = nil) {
        self.status = status
        isValid = 200...599 ~= status
        bytes.reserveCapacity(320)
        bytes.append("HTTP/1.1 ")
        bytes.append(decimal: isValid ? status : 500)
        bytes.append(.space)
        if let reason {
            append(value: reason)
        } else {
            bytes.append(ReasonPhrase.of(status))
        }
        bytes.append("\r\n")
    }

    /// Adds a field. A name that is no token or a value with control characters is a programming error: the whole
    /// response becomes an empty 500, so that nothing can be injected (RFC 9110, 5.5).
    public mutating func add(_ name: String, _ value: String) {
        let start = bytes.count
        var name = name
        name.withUTF8 { name in
            for byte in name where !ByteSet.token.contains(byte) { isValid = false }
            bytes.append(contentsOf: name)
        }
        let end = bytes.count
        if end == start { isValid = false }
        bytes.append(": ")
        append(value: value)
        bytes.append("\r\n")
        if belongsToConnection(start..<end, value) { bytes.removeSubrange(start...) }
    }

    private mutating func append(value: String) {
        var value = value
        value.withUTF8 { value in
            for byte in value where !byte.isFieldValue { isValid = false }
            bytes.append(contentsOf: value)
        }
    }

    /// Looks at what kind of field was added.
    private mutating func belongsToConnection(_ name: Range<Int>, _ value: String) -> Bool {
        func matches(_ text: StaticString) -> Bool { bytes.withUnsafeBytes { $0.matches(text, name) } }
        switch name.count {
        case 4:
            if matches("date") { hasDate = true }
            return false
        case 7: return matches("upgrade")
        case 10:
            guard matches("connection") else { return matches("keep-alive") }
            let options = value.lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }
            closes = closes || options.contains("close")
            return true
        case 14: return matches("content-length")
        case 17: return matches("transfer-encoding")
        default: return false
        }
    }

    /// What a response says about the connection (RFC 9112, 9.3).
    enum Persistence {
        case byDefault, keepAlive, close
    }

    /// What a response says about its content (RFC 9112, 6).
    enum Framing {
        case none, length(Int), chunked
    }

    /// The whole head; nil if a field was invalid.
    consuming func finished(_ framing: Framing, _ persistence: Persistence, date: [UInt8]) -> [UInt8]? {
        guard isValid else { return nil }
        if !hasDate {
            bytes.append("Date: ")
            bytes.append(contentsOf: date)
            bytes.append("\r\n")
        }
        switch framing {
        case .none: break
        case .length(let length):
            bytes.append("Content-Length: ")
            bytes.append(decimal: length)
            bytes.append("\r\n")
        case .chunked: bytes.append("Transfer-Encoding: chunked\r\n")
        }
        switch persistence {
        case .byDefault: break
        case .keepAlive: bytes.append("Connection: keep-alive\r\n")
        case .close: bytes.append("Connection: close\r\n")
        }
        bytes.append("\r\n")
        return bytes
    }
}
