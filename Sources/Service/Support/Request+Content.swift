import HTTPServer
import HTTPTypes

extension Request {
    /// Makes sure that there is a body, be it empty.
    ///
    /// - Throws: `HTTPError` 411 if the request has neither a length nor chunks (RFC 9110, 15.5.12).
    func requireContent() throws {
        guard body.length == 0, head.headerFields[.contentLength] == nil else { return }
        throw HTTPError(
            .lengthRequired,
            detail: "the request has no Content-Length; send one, or Transfer-Encoding: chunked, with the body")
    }
}
