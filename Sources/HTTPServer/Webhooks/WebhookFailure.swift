/// Why a webhook did not get an answer.
public struct WebhookFailure: Error, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// The host's name has no address.
        case unresolvable
        /// All the host's addresses are private ones.
        case forbiddenAddress
        case unreachable
        case timeout
        /// The certificate is not the host's, or nobody known vouches for it.
        case untrusted
        case malformedAnswer
    }

    public let kind: Kind
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// Whether another attempt is in vain.
    public var isPermanent: Bool {
        kind == .forbiddenAddress
    }
}
