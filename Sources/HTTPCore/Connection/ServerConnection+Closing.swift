// Time, and the end.
extension ServerConnection {
    /// Time has passed.
    public mutating func tick(now: MonotonicTime) {
        guard phase != .closed else { return }
        if let writeDeadline, writeDeadline <= now { return close(.reset) }
        guard let deadline = readDeadline, deadline <= now else { return }
        readDeadline = nil
        switch phase {
        case .lingering: close(.close)
        case .open: timeOut(now)
        case .flushing, .closed: break
        }
        settle(now)
    }

    /// The client has not sent in time what it should have.
    private mutating func timeOut(_ now: MonotonicTime) {
        switch input {
        case .head where headIsTimed:
            isHEAD = parser.isHEAD
            refuse(HTTPParseError(status: 408, detail: "The head did not come in time."))
        case .head where pendingOutput > 0:
            // It is still busy with the last answer.
            readDeadline = now + settings.waits.idle
        case .head: beginClosing(now)
        case .body: failBody(HTTPParseError(status: 408, detail: "The body came too slowly."), now)
        case .complete, .ignored: break
        }
    }

    /// No more requests: what runs is finished, then the connection closes.
    public mutating func startDraining(now: MonotonicTime) {
        guard phase == .open else { return }
        isDraining = true
        switch answer {
        case .none where isIdle, .ended: beginClosing(now)
        case .none, .awaited, .sending: break
        }
        settle(now)
    }

    /// Reading or writing has failed: the client is gone.
    public mutating func peerGone() {
        guard phase != .closed else { return }
        close(.close)
    }

    /// Whether a final response is still to begin.
    var isAwaited: Bool {
        if case .awaited = answer { true } else { false }
    }

    /// Whether the application is at work on a request.
    var isRunning: Bool {
        switch answer {
        case .awaited, .sending: !isRefused
        case .none, .ended: false
        }
    }

    /// Closes in stages: first what is queued goes out (RFC 9112, 9.6).
    mutating func beginClosing(_ now: MonotonicTime) {
        phase = .flushing
        dropHeld()
        readDeadline = nil
        if pendingOutput == 0 { halfClose(now) }
    }

    /// Then the client is told that there is no more, and gets time to read it.
    mutating func halfClose(_ now: MonotonicTime) {
        guard !inputEnded else { return close(.close) }
        phase = .lingering
        readDeadline = now + settings.waits.linger
        act(.halfClose)
    }

    mutating func close(_ action: ServerAction) {
        if isRunning { act(.cancel) }
        phase = .closed
        dropHeld()
        readDeadline = nil
        writeDeadline = nil
        act(action)
    }
}
