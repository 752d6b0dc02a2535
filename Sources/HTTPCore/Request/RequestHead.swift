/// A request's head, whole and valid.
public struct RequestHead: Sendable {
    /// What the target looks like (RFC 9112, 3.2). The authority-form, of CONNECT, is refused.
    public enum TargetForm: Sendable, Hashable {
        case origin
        case absolute
        case asterisk
    }

    /// How a request's body is delimited (RFC 9112, 6.3).
    public enum Framing: Sendable, Hashable {
        case none
        /// Bytes, more than 0.
        case length(Int)
        case chunked
    }

    public let fields: FieldBlock
    public let form: TargetForm
    public let framing: Framing
    /// Whether it is HTTP/1.0 rather than HTTP/1.1.
    public let isHTTP10: Bool
    /// Whether the client wants to use the connection again (RFC 9112, 9.3).
    public let keepAlive: Bool
    /// Whether the client waits for `100 (Continue)`: HTTP/1.1, with a body (RFC 9110, 10.1.1).
    public let expectsContinue: Bool

    let methodRange: Range<UInt32>
    let targetRange: Range<UInt32>
    let pathRange: Range<UInt32>
    let queryRange: Range<UInt32>?
    let authorityRange: Range<UInt32>?

    /// As sent; methods are case-sensitive.
    public var method: String { fields.text(methodRange) }
    /// As sent.
    public var target: String { fields.text(targetRange) }
    /// The target's path, not decoded: it begins with `/`, or is `*`.
    public var path: String { pathRange.isEmpty ? "/" : fields.text(pathRange) }
    /// The target's query, not decoded, without its `?`; nil if there is none.
    public var query: String? { queryRange.map(fields.text) }
    /// Host and port that the request is for: the absolute-form's before the Host field's (RFC 9112, 3.2.2). Nil, or
    /// empty, only on HTTP/1.0.
    public var authority: String? { authorityRange.map(fields.text) }
    public var isHEAD: Bool { method == "HEAD" }

    /// The value of the first field of that name; nil if there is none.
    ///
    /// - Parameter name: in lower case.
    public func value(of name: StaticString) -> String? {
        fields.value(of: name)
    }
}
