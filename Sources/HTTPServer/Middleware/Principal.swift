/// Who asks, as far as a key or a signature tells.
public struct Principal: Sendable, Hashable {
    public enum Proof: Sendable, Hashable {
        /// A key of `APIKeys`.
        case key
        /// A signed URL: whoever holds it may get what it names, and nothing else.
        case signature
    }

    /// The key's name.
    public let name: String
    public let proof: Proof
    /// Requests a minute; nil for no limit of the key's own.
    public let requestsPerMinute: Int?
    /// Jobs that may wait or run at a time; nil for no limit of the key's own.
    public let maxJobs: Int?

    public init(name: String, proof: Proof = .key, requestsPerMinute: Int? = nil, maxJobs: Int? = nil) {
        self.name = name
        self.proof = proof
        self.requestsPerMinute = requestsPerMinute
        self.maxJobs = maxJobs
    }
}
