import Foundation

/// A client's promise that requests with the same key are one request; the key is the owner's own.
public struct IdempotencyKey: Hashable, Sendable {
    public let key: String
    /// A digest of the request's body, to tell a repetition from a mistake.
    public let digest: Data

    public init(key: String, digest: Data) {
        self.key = key
        self.digest = digest
    }
}
