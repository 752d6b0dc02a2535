import HTTPTypes
import Logging

// Declarations whose code comes with the next commits.

// MARK: Middleware

public struct APIKeys: Sendable {
    /// Lines `name:sha256hex[:requests-per-minute[:max-jobs]]`, `#` comments.
    public init(file path: String) throws(APIKeysError) { fatalError() }
    public func principal(forKey key: String) -> Principal? { fatalError() }
}

public struct APIKeysError: Error, CustomStringConvertible { public let description: String }

public struct URLSigner: Sendable {
    public init(secret: [UInt8]) { fatalError() }
    /// `path` with `expires` and `signature` in its query: good for the path and whatever is below `scope`.
    public func sign(_ path: String, scope: String? = nil, expires: Int? = nil) -> String { fatalError() }
    public func isValid(_ request: Request, now: Int) -> Bool { fatalError() }
}

public struct Authentication: Responder {
    public init(
        _ keys: APIKeys, signer: URLSigner?, exempt: Set<String>, clock: @escaping @Sendable () -> Int,
        next: any Responder
    ) { fatalError() }
    public func respond(to request: Request) async -> Response { fatalError() }
}

public struct CORS: Responder {
    public init(origins: [String], next: any Responder) { fatalError() }
    public func respond(to request: Request) async -> Response { fatalError() }
}

public struct SecurityHeaders: Responder {
    public init(next: any Responder) { fatalError() }
    public func respond(to request: Request) async -> Response { fatalError() }
}

/// Token buckets: by key where there is one, else by address.
public struct RateLimiter: Responder {
    public init(
        requestsPerMinute: Int?, exempt: Set<String>, clock: @escaping @Sendable () -> Duration, next: any Responder
    ) { fatalError() }
    public func respond(to request: Request) async -> Response { fatalError() }
}

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
