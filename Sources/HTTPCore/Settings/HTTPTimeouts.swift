/// How long everything may take.
public struct HTTPTimeouts: Sendable, Hashable {
    /// A request's head, from its first byte to its last; then 408. Absolute: single bytes do not extend it.
    public var head: Duration = .seconds(10)
    /// A connection without a request, before the first one and between two.
    public var idle: Duration = .seconds(60)
    /// How far a body may fall behind `minimumBodyRate` while it is being read; then 408.
    public var bodyGrace: Duration = .seconds(10)
    /// Bytes a second, framing included, that a body's sender has to keep up while it is being read.
    public var minimumBodyRate = 1 << 10
    /// Output that waits without the client taking any of it; then the connection is cut.
    public var writeStall: Duration = .seconds(30)
    /// Between the server's last byte and its closing, in which what the client still sends is read and dropped, because
    /// a reset would cost it the response (RFC 9112, 9.6).
    public var linger: Duration = .seconds(2)

    public init() {}
}
