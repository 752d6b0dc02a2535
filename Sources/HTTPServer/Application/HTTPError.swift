import HTTPTypes

/// A request that cannot be answered as asked, with the status to answer and the reason for the client.
///
/// Thrown by handlers and by bodies; the router turns it into a problem document (RFC 9457).
public struct HTTPError: Error, Sendable {
    public let status: HTTPResponse.Status
    /// A last path segment for the problem's `type`, such as `body-too-large`; by default made of the status's phrase.
    public let kind: String?
    /// One sentence that names the offending thing and the remedy.
    public let detail: String
    /// Fields that go with the status: `Allow`, `Retry-After`, `WWW-Authenticate` ...
    public let fields: HTTPFields

    public init(_ status: HTTPResponse.Status, kind: String? = nil, detail: String, fields: HTTPFields = [:]) {
        self.status = status
        self.kind = kind
        self.detail = detail
        self.fields = fields
    }

    /// 413 (RFC 9110, 15.5.14).
    public static func contentTooLarge(limit: Int) -> HTTPError {
        HTTPError(
            .contentTooLarge, detail: "the body is longer than this route takes, \(limit) bytes; send less")
    }
}
