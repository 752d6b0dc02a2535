/// What the shell is to do, in order.
public enum ServerAction: Sendable {
    /// A request begins: hand it to the application. It is answered with `respond`.
    case dispatch(RequestHead)
    /// What came is not a request that the application can answer: call `respond(to:date:now:)`, or `respond` with an error
    /// document of one's own, before anything else. The connection closes after it.
    case refuse(HTTPParseError)
    /// Part of the request's body, never empty. Each is an answer to one `applicationWantsBody`.
    case body([UInt8])
    /// The body is complete, also an empty one that was asked for.
    case bodyEnd(trailers: FieldBlock?)
    /// The body is malformed, cut short, too slow or too long: its reader gets this error. The application still has to
    /// respond, as well as it can, unless it has; then the connection closes.
    case bodyFailed(HTTPParseError)
    /// Queue these bytes for sending, behind everything queued before.
    case send([UInt8])
    /// Stop reading from the client until `resumeReading`.
    case pauseReading
    case resumeReading
    /// Everything has been written: shut down the sending side, go on reading.
    case halfClose
    /// Close. The last action.
    case close
    /// Close in such a way that the client sees a reset (SO_LINGER of 0) and cannot take a cut response for a whole one.
    /// The last action.
    case reset
    /// The client is gone or does not read: cancel the application's work on the running request. `close` or `reset`
    /// follows; what the application still says is ignored.
    case cancel
}
