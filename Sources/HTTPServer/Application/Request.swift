import HTTPTypes

/// One HTTP request as the application sees it: the head is whole and valid, the body comes as it is asked for.
public struct Request: Sendable {
    /// Method, scheme, authority, the raw `path?query`, and the fields. `Host` is in `head.authority`.
    public var head: HTTPRequest
    /// The target's path, percent-decoded, always starting with `/`; "*" for `OPTIONS *`.
    public let path: String
    /// The target's query as sent, without `?`; nil if there is none.
    public let query: String?
    /// Read once, by one task.
    public var body: RequestBody
    /// The peer's address without its port, for logs and limits.
    public let remoteAddress: String
    /// Whether the connection is encrypted.
    public let isSecure: Bool
    /// What logs and the `X-Request-Id` response field call this request.
    public let id: String
    /// What the router's pattern captured, by name.
    public var parameters: [String: String] = [:]
    /// The pattern of the route that matched, such as `/v1/videos/{id}`: a label of bounded cardinality.
    public var route: String?
    /// Who asks, once `Authentication` has seen a valid key or signature.
    public var principal: Principal?

    public init(
        head: HTTPRequest, path: String, query: String? = nil, body: RequestBody = RequestBody(),
        remoteAddress: String = "127.0.0.1", isSecure: Bool = false, id: String
    ) {
        self.head = head
        self.path = path
        self.query = query
        self.body = body
        self.remoteAddress = remoteAddress
        self.isSecure = isSecure
        self.id = id
    }
}
