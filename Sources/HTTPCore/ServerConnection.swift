/// The server's side of one HTTP/1.1 connection (RFC 9112), without sockets and without a clock: bytes, times and what the
/// application says go in, actions come out.
///
/// How a shell drives it:
/// - After EVERY call, take actions with `nextAction()` until it gives nil and perform them in that order. Calls may be made
///   from within, such as `respond` on `.refuse`; their actions come behind.
/// - `received(_:now:)`, with bytes in any memory or in an array of their own, and `receivedEnd(now:)` what the socket gives.
///   After `.pauseReading` read no more until `.resumeReading`; after the end never again.
/// - `.dispatch(head)` starts the application. One request runs at a time.
/// - `applicationWantsBody(now:)` asks for one piece: one `.body`, `.bodyEnd` or `.bodyFailed` answers, at once or later;
///   the last two may also come unasked, and nothing is to be asked for after them, nor after the response. `100 (Continue)`
///   goes out with the first. Asking again before the answer changes nothing.
/// - `respond(_:bodyLength:date:now:)` once for each request; its head comes as a `.send`. If it gives true, the shell sends
///   the content itself: for each piece `let frame = sendBody(count, now:)`, then queues `frame.prefix`, the `count` bytes (or
///   their sendfile) and `frame.suffix`; then `endResponse(now:)`. If it gives false, the response is complete: do none of
///   that.
/// - `wrote(count, now:)` whenever the socket took bytes, of any kind: the connection accounts for all that it had sent,
///   prefixes, content and suffixes.
/// - `abortResponse(now:)` when the content cannot be finished.
/// - `tick(now:)` at `nextDeadline` (look at it after every call; being late is harmless).
/// - `startDraining(now:)` at SIGTERM; `peerGone()` after an error of reading or writing.
/// - After `.close` or `.reset` nothing matters any more: every call is ignored.
///
/// The content of GET, HEAD and OPTIONS, which means nothing (RFC 9110, 9.3.1), is read and dropped before the request is
/// dispatched, as one without a body: were it malformed, a 200 would have been the wrong answer.
///
/// Inside, a request goes through `input` (its head, its body, complete) and, at its own pace, through `answer` (awaited,
/// being sent, ended). When both are through, the next request's turn comes. `phase` is the connection's own: once it is not
/// open any more, it only moves on to closed: output is flushed, then the sending side is shut, then what still comes is
/// dropped for a while, so that no reset costs the client the response (RFC 9112, 9.6).
public struct ServerConnection: Sendable {
    enum Phase {
        case open, flushing, lingering, closed
    }

    /// What the next bytes from the client are.
    enum Input {
        case head
        case body
        /// The next request's, to wait for their turn.
        case complete
        /// Without meaning, behind an error.
        case ignored
    }

    /// How far the answer to the running request is.
    enum Answer {
        /// There is no request.
        case none
        case awaited
        case sending(Transfer)
        case ended
    }

    /// How content is sent (RFC 9112, 6).
    enum Transfer {
        /// Bytes still to come.
        case length(Int)
        case chunked
        /// To HTTP/1.0.
        case untilClose
    }

    let settings: HTTPSettings
    var phase = Phase.open
    var input = Input.head
    var answer = Answer.none

    private var actions: [ServerAction] = []
    private var actionsTaken = 0

    // Input.
    var parser: RequestParser
    var decoder = BodyDecoder.length(0)
    /// Bytes that could not be used yet, from `heldStart` on.
    var held: [UInt8] = []
    var heldStart = 0
    var inputEnded = false
    var readingIsPaused = false

    // The running request.
    /// Not dispatched yet, because its body is being dropped first.
    var pendingHead: RequestHead?
    var isHEAD = false
    var isHTTP10 = false
    /// Whether the connection can be used again after it.
    var keepsAlive = true
    /// Whether the running request is one that was refused, unknown to the application.
    var isRefused = false
    /// Whether the client may be waiting for `100 (Continue)`.
    var awaitsContinue = false
    /// Whether the application has asked for a piece of the body that it has not got.
    var wantsBody = false
    /// Whether the application has been told how the body ended.
    var bodyIsOver = false
    /// Whether the body is being dropped, before the request is dispatched or behind the response, and how much of it was.
    var isSkippingBody = false
    var skipped = 0

    /// Whether the server is on its way out.
    var isDraining = false
    /// Bytes queued for sending and not yet written.
    var pendingOutput = 0

    // Time.
    /// For the client to send something, or to close.
    var readDeadline: MonotonicTime?
    /// For the client to take something.
    var writeDeadline: MonotonicTime?
    /// Whether `readDeadline` is that of a head that has begun.
    var headIsTimed = false
    /// How many nanoseconds the body's sender may still pause; counts while the body is waited for.
    var bodyAllowance: Int64 = 0

    public init(settings: HTTPSettings, now: MonotonicTime) {
        self.settings = settings
        parser = RequestParser(settings: settings)
        readDeadline = now + settings.waits.idle
    }

    /// The next thing to do; nil when all is done.
    public mutating func nextAction() -> ServerAction? {
        guard actionsTaken < actions.count else { return nil }
        let action = actions[actionsTaken]
        actionsTaken += 1
        if actionsTaken == actions.count {
            actions.removeAll(keepingCapacity: true)
            actionsTaken = 0
        }
        return action
    }

    /// When to call `tick`; nil if nothing is to be waited for. May move in either direction with every call.
    public var nextDeadline: MonotonicTime? {
        guard let readDeadline else { return writeDeadline }
        guard let writeDeadline else { return readDeadline }
        return min(readDeadline, writeDeadline)
    }

    /// Whether no request is running and none has begun to arrive.
    public var isIdle: Bool {
        if phase == .open, input == .head, case .none = answer { !parser.hasBegun } else { false }
    }

    mutating func act(_ action: ServerAction) {
        actions.append(action)
    }
}
