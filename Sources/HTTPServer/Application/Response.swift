import HTTPTypes

/// What the application answers. The server adds `Date`, the framing (`Content-Length` or `Transfer-Encoding`), and
/// `Connection`; it leaves the content out where HTTP asks for it (HEAD, 204, 304), keeping the fields that a GET would have.
public struct Response: Sendable {
    public var status: HTTPResponse.Status
    public var fields: HTTPFields
    public var body: ResponseBody
    /// The pattern of the route that answered, for metrics and logs; nil if none did. Never sent.
    public var route: String?

    public init(_ status: HTTPResponse.Status, fields: HTTPFields = [:], body: ResponseBody = .empty) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}
