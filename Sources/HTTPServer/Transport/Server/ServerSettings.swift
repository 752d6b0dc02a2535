import HTTPCore

/// Everything that can be set about a server. Sizes are in bytes.
public struct ServerSettings: Sendable {
    /// Where to listen: a name, or an address; `0.0.0.0` and `::` are all addresses of the machine.
    public var host = "127.0.0.1"
    /// 0 to 65535; with 0 the system chooses one.
    public var port = 8080
    /// How much of everything a client may send.
    public var limits = HTTPLimits()
    /// How long everything may take.
    public var timeouts = HTTPTimeouts()
    /// TLS handshakes that take longer are given up.
    public var handshakeTimeout = Duration.seconds(10)
    /// Open connections in all; more are answered 503 and closed.
    public var maximumConnections = 16_384
    /// Open connections from one address, likewise.
    public var maximumConnectionsPerAddress = 1_024
    /// Connections that the system keeps until they are accepted; it may have a lower limit itself.
    public var backlog = 4_096
    /// What running requests get to finish after `drain` before their connections are cut.
    public var drainDeadline = Duration.seconds(30)
    /// Request content that waits in memory for the application, for each connection; then reading pauses. Once as much
    /// may have been read before that.
    public var uploadBuffer = 512 << 10
    /// Response content that waits in memory for the client, for each connection; then the writer is suspended.
    public var downloadBuffer = 256 << 10

    public init() {}
}
