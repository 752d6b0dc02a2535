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
    public internal(set) var framing: Framing
    /// Whether it is HTTP/1.0 rather than HTTP/1.1.
    public let isHTTP10: Bool
    public let isHEAD: Bool
    /// Whether the client wants to use the connection again (RFC 9112, 9.3).
    public let keepAlive: Bool
    /// Whether the client waits for `100 (Continue)`: HTTP/1.1, with a body (RFC 9110, 10.1.1).
    public let expectsContinue: Bool

    // In the fields' bytes.
    private let methodRange: Range<UInt32>
    private let targetRange: Range<UInt32>
    private let pathRange: Range<UInt32>
    private let queryRange: Range<UInt32>?
    private let authorityRange: Range<UInt32>?

    init(
        fields: FieldBlock, line: RequestLine, target: RequestTarget, host: Range<Int>?, framing: Framing,
        keepAlive: Bool, expectsContinue: Bool
    ) {
        func short(_ range: Range<Int>) -> Range<UInt32> {
            UInt32(truncatingIfNeeded: range.lowerBound)..<UInt32(truncatingIfNeeded: range.upperBound)
        }
        self.fields = fields
        self.framing = framing
        self.keepAlive = keepAlive
        self.expectsContinue = expectsContinue
        isHTTP10 = line.isHTTP10
        isHEAD = line.isHEAD
        form = target.form
        methodRange = short(line.method)
        targetRange = short(line.target)
        pathRange = short(target.path)
        queryRange = target.query.map(short)
        authorityRange = (target.authority ?? host).map(short)
    }

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

    /// Whether the method is one whose content has no meaning (RFC 9110, 9.3.1, 9.3.2 and 9.3.7).
    var ignoresContent: Bool { isHEAD || method == "GET" || method == "OPTIONS" }

    /// The value of the first field of that name; nil if there is none.
    ///
    /// - Parameter name: in lower case.
    public func value(of name: StaticString) -> String? {
        fields.value(of: name)
    }
}
