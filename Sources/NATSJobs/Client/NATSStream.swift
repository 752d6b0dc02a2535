#if NATS

/// A stream as we need it.
struct NATSStream: Sendable {
    let name: String
    /// Its subjects are all below it.
    let prefix: String
    var replicas = 1
    var maximumBytes: Int?
    /// Seconds after which messages go by themselves; nil for never.
    var maximumAge: Int?
    /// Whether a subject keeps its first message and refuses further ones, or keeps the last.
    var keepsFirst = false
    /// Whether a subject may hold many messages.
    var isAppended = false
    /// Where stored messages are published again, below this; nil for nowhere.
    var echo: String?
}

/// How a stream stands.
struct NATSStreamState: Sendable {
    let messages: UInt64
    let bytes: UInt64
    let lastSequence: UInt64
    /// Nil when unlimited.
    let maximumBytes: Int?
}

#endif
