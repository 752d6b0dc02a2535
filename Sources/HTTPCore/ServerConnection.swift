/// The server's side of one HTTP/1.1 connection (RFC 9112), without sockets and without a clock: bytes, times and what the
/// application says go in, actions come out.
///
/// How a shell drives it:
/// - After EVERY call, take actions with `nextAction()` until it gives nil and perform them in that order. Calls may be made
///   from within, such as `respond` on `.refuse`; their actions come behind.
/// - `received(_:now:)` and `receivedEnd(now:)` what the socket gives. After `.pauseReading` read no more until `.resumeReading`;
///   after the end never again.
/// - `.dispatch(head)` starts the application. One request runs at a time.
/// - `applicationWantsBody(now:)` asks for one piece: one `.body`, `.bodyEnd` or `.bodyFailed` answers, at once or later. `100 (Continue)`
///   goes out with the first. Asking again before the answer changes nothing.
/// - `respond(_:bodyLength:date:now:)` once for each request; its head comes as a `.send`. If it gives true, the shell sends the content
///   itself: for each piece `let frame = sendBody(count, now:)`, then queues `frame.prefix`, the `count` bytes (or their sendfile)
///   and `frame.suffix`; then `endResponse(now:)`. If it gives false, the response is complete: do none of that.
/// - `wrote(count, now:)` whenever the socket took bytes, of any kind: the connection accounts for all that it had sent,
///   prefixes, content and suffixes. Call it with 0 after an attempt that took nothing.
/// - `abortResponse(now:)` when the content cannot be finished.
/// - `tick(now:)` at `nextDeadline` (look at it after every call; being late is harmless).
/// - `startDraining(now:)` at SIGTERM; `peerGone()` after an error of reading or writing.
/// - After `.close` or `.reset` nothing matters any more: every call is ignored.
public struct ServerConnection: Sendable {
    let settings: HTTPSettings

    public init(settings: HTTPSettings, now: MonotonicTime) {
        self.settings = settings
    }

    /// The next thing to do; nil when all is done.
    public mutating func nextAction() -> ServerAction? { nil }

    /// When to call `tick`; nil if nothing is to be waited for. May move in either direction with every call.
    public var nextDeadline: MonotonicTime? { nil }

    /// Whether no request is running and none has begun to arrive.
    public var isIdle: Bool { true }

    /// Bytes have come from the client. They are copied where they are still needed after the call.
    public mutating func received(_ bytes: UnsafeRawBufferPointer, now: MonotonicTime) {}

    /// The client has sent its last byte. It may still be reading.
    public mutating func receivedEnd(now: MonotonicTime) {}

    /// The application asks for a piece of the running request's body.
    public mutating func applicationWantsBody(now: MonotonicTime) {}

    /// The application answers the running request.
    ///
    /// - Parameters:
    ///   - bodyLength: bytes that a GET would get; nil if not known, then the content is chunked, or ends with the connection on
    ///     HTTP/1.0.
    ///   - date: the current time as an IMF-fixdate, 29 bytes (RFC 9110, 5.6.7).
    /// - Returns: whether content follows, through `sendBody` and `endResponse`. False where HTTP has none (HEAD, 204, 304,
    ///   length 0), where no request is running any more, and where the head is invalid: then 500 is sent.
    public mutating func respond(
        _ head: consuming ResponseHead, bodyLength: Int?, date: [UInt8], now: MonotonicTime
    ) -> Bool { false }

    /// Answers a refused request with a problem document (RFC 9457) that says why.
    public mutating func respond(to refusal: HTTPParseError, date: [UInt8], now: MonotonicTime) {}

    /// Accounts for content that the shell is about to queue.
    ///
    /// - Parameter count: bytes, more than 0.
    /// - Returns: what to queue around them; nil if they must not be sent: the connection is gone, or they are more than
    ///   `bodyLength`, which cuts the connection.
    public mutating func sendBody(_ count: Int, now: MonotonicTime) -> BodyFrame? { nil }

    /// The content is complete. Less of it than `bodyLength` cuts the connection.
    ///
    /// - Parameter trailers: names and values sent behind chunked content; left out otherwise.
    public mutating func endResponse(trailers: [(name: String, value: String)] = [], now: MonotonicTime) {}

    /// The content cannot be finished: the connection is cut so that the client can tell.
    public mutating func abortResponse(now: MonotonicTime) {}

    /// The socket has taken this many bytes of what was queued, possibly 0.
    public mutating func wrote(_ count: Int, now: MonotonicTime) {}

    /// Time has passed.
    public mutating func tick(now: MonotonicTime) {}

    /// No more requests: what runs is finished, then the connection closes.
    public mutating func startDraining(now: MonotonicTime) {}

    /// Reading or writing has failed: the client is gone.
    public mutating func peerGone() {}
}
