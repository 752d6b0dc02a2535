/// What a server has done so far.
public struct ServerCounters: Sendable, Hashable {
    /// Open now.
    public var connections = 0
    /// Accepted since the start, those refused not counted.
    public var connectionsTotal = 0
    /// Sent away: too many in all, too many from one address, or no descriptors left.
    public var connectionsRefused = 0
    /// TLS handshakes that failed.
    public var handshakesFailed = 0
    /// Requests handed to the application, and those that broke the protocol or a limit.
    public var requests = 0
    public var requestsRefused = 0
    /// Bytes over the sockets, without TLS's overhead.
    public var bytesReceived = 0
    public var bytesSent = 0
}
