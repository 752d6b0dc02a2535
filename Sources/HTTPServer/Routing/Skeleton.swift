import HTTPTypes
import Logging

// Declarations whose code comes with the next commits.

// MARK: Webhooks

public struct WebhookSecret: Sendable {
    /// `whsec_` and base64 of 24 to 64 bytes.
    public init(_ text: String) throws(HTTPError) { fatalError() }
    /// `v1,` and base64 of the HMAC-SHA256 over `id.timestamp.body`.
    public func signature(id: String, timestamp: Int, body: [UInt8]) -> String { fatalError() }
}

public struct WebhookSchedule: Sendable {
    public enum Step: Sendable { case attempt(after: Duration), giveUp }
    public init() { fatalError() }
    /// What follows the attempt numbered so, from 1; jitter in 0..<1.
    public func step(afterAttempt attempt: Int, status: Int?, retryAfter: Duration?, jitter: Double) -> Step {
        fatalError()
    }
}

public struct WebhookTarget: Sendable {
    public init(_ url: String) throws(HTTPError) { fatalError() }
}

public struct WebhookClient: Sendable {
    public init(allowsPrivateAddresses: Bool, secret: WebhookSecret) { fatalError() }
    /// Posts once. - Returns: the status answered. - Throws: `WebhookFailure`.
    public func post(_ body: [UInt8], contentType: String, id: String, timestamp: Int, to target: WebhookTarget)
        async throws -> Int
    { fatalError() }
}
