/// The secret of one webhook endpoint, and how messages to it are signed (Standard Webhooks 1.0.0, "Signature scheme").
public struct WebhookSecret: Sendable {
    /// A text that is no secret; it says what is expected but not what was found.
    public struct FormatError: Error, CustomStringConvertible {
        public let description = "a webhook secret is whsec_ and the base64 of 24 to 64 random bytes"
    }

    private static let prefix = "whsec_"
    private let bytes: [UInt8]

    /// - Parameter text: `whsec_` and base64 of 24 to 64 bytes.
    public init(_ text: String) throws(FormatError) {
        guard text.hasPrefix(Self.prefix), let bytes = Base64.decode(String(text.dropFirst(Self.prefix.count))),
            24...64 ~= bytes.count
        else { throw FormatError() }
        self.bytes = bytes
    }

    /// A new one, of 32 random bytes.
    public init() {
        var random = SystemRandomNumberGenerator()
        bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// As it is given to the endpoint's owner.
    public var text: String {
        Self.prefix + Base64.encode(bytes)
    }

    /// The value of `webhook-signature`: `v1,` and base64 of the HMAC-SHA256 of `id.timestamp.body`.
    ///
    /// - Parameters:
    ///   - id: of the message, the same at each attempt; without full stops.
    ///   - timestamp: of the attempt, in seconds since 1970.
    public func signature(id: String, timestamp: Int, body: [UInt8]) -> String {
        "v1," + Base64.encode(MessageAuthentication.code(of: Array("\(id).\(timestamp).".utf8) + body, secret: bytes))
    }
}
