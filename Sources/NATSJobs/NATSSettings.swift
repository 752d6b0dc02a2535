#if NATS

/// How to reach a NATS cluster, and what is kept there.
public struct NATSSettings: Sendable {
    /// Certificates for TLS, as PEM files.
    public struct TLS: Sendable {
        /// The authorities to trust; nil for the system's.
        public var authorities: String?
        /// This client's certificate chain and its key; both or none.
        public var certificate: String?
        public var key: String?

        public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
            self.authorities = authorities
            self.certificate = certificate
            self.key = key
        }
    }

    /// Addresses such as `nats://10.0.0.1:4222`, at least one; further ones of a cluster are learnt from it.
    public var servers: [String]
    /// Nil unless TLS is to be required; a server that demands it gets it anyway.
    public var tls: TLS?
    /// A `.creds` file with a user's JWT and seed; nil for none. A name and a password go into the address.
    public var credentials: String?
    /// What this client is called in the servers' logs.
    public var clientName = "adnerf"
    /// The streams' names begin with it, and so do the subjects: 1 to 32 of the characters `A-Z a-z 0-9 _ -`.
    public var name = "adnerf"
    /// On how many servers everything is stored: 1, 3 or 5. Only used when the streams are made.
    public var replicas = 1
    /// Bytes that segments, and other files, may take in the engine; nil for the account's limits. Only used when the
    /// streams are made.
    public var segmentBytes: Int?
    public var blobBytes: Int?
    /// Bytes that fetched files may take on this machine; those that were not used for longest go first.
    public var cacheBytes = 10_000_000_000
    /// Seconds for which a call is tried again while the cluster elects a leader or cannot be reached.
    public var patience: Double = 30

    public init(servers: [String]) { self.servers = servers }

    /// The servers' addresses to be shown: without names and passwords.
    var addresses: String { servers.map { $0.replacing(/:\/\/.*@/, with: "://") }.joined(separator: ", ") }
}

#endif
