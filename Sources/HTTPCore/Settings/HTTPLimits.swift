/// How much of everything a client may send. Every size is in bytes.
public struct HTTPLimits: Sendable, Hashable {
    /// The request line with its CRLF; more is 414 (RFC 9112, 3).
    public var requestLine = 8 << 10
    /// The whole head, from the method to the empty line; more is 431 (RFC 6585, 5).
    public var head = 32 << 10
    /// Field lines in a head, and in a trailer section; more is 431.
    public var fields = 100
    /// A body's content, whatever the route takes; more is 413. Routes have limits of their own, below this one.
    public var body = 64 << 30
    /// One chunk's size with its extensions and CRLF; more is 400 (RFC 9112, 7.1.1).
    public var chunkLine = 1 << 10
    /// Chunk extensions of one body, in excess of the content that comes with them; more is 400.
    public var chunkExtensions = 16 << 10
    /// The trailer section of a chunked body; more is 431 (RFC 9112, 7.1.2).
    public var trailers = 8 << 10
    /// Content that is read and dropped after a response, so that the connection can be used again. A request with
    /// more of it left costs the client the connection.
    public var drainedBody = 256 << 10
    /// Input that waits (pipelined requests, content not yet asked for) before reading is paused.
    public var heldInput = 64 << 10
    /// Output that waits before the next pipelined request is looked at.
    public var heldOutput = 64 << 10

    public init() {}
}
