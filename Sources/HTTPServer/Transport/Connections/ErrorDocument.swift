import HTTPCore

/// The answer to what is no request, as a problem document (RFC 9457).
struct ErrorDocument {
    let head: ResponseHead
    let body: [UInt8]

    init(_ error: HTTPParseError, requestID: String) {
        self.init(status: error.status, detail: error.detail, requestID: requestID)
    }

    /// - Parameter detail: without quotes and backslashes.
    init(status: Int, detail: String, requestID: String) {
        var head = ResponseHead(status: status)
        head.add("Content-Type", "application/problem+json")
        head.add("X-Request-Id", requestID)
        self.head = head
        body = Array(#"{"type":"about:blank","status":\#(status),"detail":"\#(detail)"}"#.utf8)
    }
}
