/// A request that breaks the protocol, or a limit.
public struct HTTPParseError: Error, Sendable, Hashable {
    /// The status to answer with: 400, 408, 413, 414, 431, 501 or 505.
    public let status: Int
    /// One sentence for the client that says what is wrong, in ASCII, without quotes and backslashes.
    public let detail: String

    public init(status: Int, detail: String) {
        self.status = status
        self.detail = detail
    }

    /// 400 (RFC 9110, 15.5.1).
    static func malformed(_ detail: String) -> HTTPParseError {
        HTTPParseError(status: 400, detail: detail)
    }
}
