/// What is told to an endpoint, signed anew at each attempt.
public struct WebhookMessage: Sendable {
    /// The same at each attempt, so that endpoints can tell what they have had already.
    public let id: String
    public let contentType: String
    public let body: [UInt8]

    /// - Precondition: `id` is made of letters, digits, dashes and underscores.
    public init(id: String, contentType: String = "application/json", body: [UInt8]) {
        precondition(
            !id.isEmpty && id.utf8.allSatisfy { $0.isASCIILetterOrDigit || "-_".utf8.contains($0) },
            "a webhook's id is of letters, digits, dashes and underscores")
        self.id = id
        self.contentType = contentType
        self.body = body
    }

    /// The HTTP/1.1 request (RFC 9112), after which the connection ends.
    func request(to target: WebhookTarget, secret: WebhookSecret, timestamp: Int) -> [UInt8] {
        let head = [
            "POST \(target.path) HTTP/1.1",
            "Host: \(target.authority)",
            "User-Agent: adnerf",
            "Content-Type: \(contentType)",
            "Content-Length: \(body.count)",
            "webhook-id: \(id)",
            "webhook-timestamp: \(timestamp)",
            "webhook-signature: \(secret.signature(id: id, timestamp: timestamp, body: body))",
            "Connection: close",
        ]
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}
