// From the application, and to the client.
extension ServerConnection {
    /// The application answers the running request.
    ///
    /// - Parameters:
    ///   - bodyLength: bytes that a GET would get; nil if not known, then the content is chunked, or ends with the connection
    ///     on HTTP/1.0.
    ///   - date: the current time as an IMF-fixdate, 29 bytes (RFC 9110, 5.6.7).
    /// - Returns: whether content follows, through `sendBody` and `endResponse`. False where HTTP has none (HEAD, 204, 304,
    ///   length 0), where no request is running any more, and where the head is invalid: then 500 is sent.
    public mutating func respond(
        _ head: consuming ResponseHead, bodyLength: Int?, date: [UInt8], now: MonotonicTime
    ) -> Bool {
        guard phase == .open, case .awaited = answer else { return false }
        keepsAlive = keepsAlive && !head.closes && !isDraining && !losesBody && !isLast
        var framing = ResponseHead.Framing.none
        var transfer: Transfer?
        if head.status != 204, head.status != 304 {
            if let bodyLength {
                framing = .length(max(0, bodyLength))
                transfer = bodyLength > 0 ? .length(bodyLength) : nil
            } else if isHTTP10 {
                transfer = .untilClose
                keepsAlive = false
            } else {
                framing = .chunked
                transfer = .chunked
            }
        }
        if isHEAD { transfer = nil }
        let persistence: ResponseHead.Persistence = !keepsAlive ? .close : isHTTP10 ? .keepAlive : .byDefault
        if let bytes = head.finished(framing, persistence, date: date) {
            send(bytes, now)
        } else {
            transfer = nil
            if let bytes = ResponseHead(status: 500).finished(.length(0), persistence, date: date) { send(bytes, now) }
        }
        if let transfer {
            answer = .sending(transfer)
        } else {
            answer = .ended
            finishExchange(now)
        }
        settle(now)
        return transfer != nil
    }

    /// Whether content is left that would not be read after the response: a client that waits for `100 (Continue)` may not
    /// send it at all (RFC 9110, 10.1.1), and too much of it is not worth its time.
    private var losesBody: Bool {
        guard input == .body else { return false }
        return awaitsContinue && held.isEmpty || decoder.rest > settings.limits.drainedBody
    }

    /// Whether the client can send no request after this one.
    private var isLast: Bool { inputEnded && input == .complete && held.isEmpty }

    /// Answers a refused request with a problem document (RFC 9457) that says why.
    public mutating func respond(to refusal: HTTPParseError, date: [UInt8], now: MonotonicTime) {
        var content: [UInt8] = []
        content.append(#"{"type":"about:blank","title":""#)
        content.append(ReasonPhrase.of(refusal.status))
        content.append(#"","status":"#)
        content.append(decimal: max(0, refusal.status))
        content.append(#","detail":""#)
        content.append(contentsOf: refusal.detail.utf8)
        content.append("\"}\n")
        var head = ResponseHead(status: refusal.status)
        head.add("Content-Type", "application/problem+json")
        guard respond(head, bodyLength: content.count, date: date, now: now), sendBody(content.count, now: now) != nil
        else { return }
        act(.send(content))
        endResponse(now: now)
    }

    /// Accounts for content that the shell is about to queue.
    ///
    /// - Parameter count: bytes, more than 0.
    /// - Returns: what to queue around them; nil if they must not be sent: the connection is gone, or they are more than
    ///   `bodyLength`, which cuts the connection.
    public mutating func sendBody(_ count: Int, now: MonotonicTime) -> BodyFrame? {
        guard phase == .open, case .sending(let transfer) = answer, count > 0 else { return nil }
        switch transfer {
        case .length(let rest):
            guard count <= rest else {
                abortResponse(now: now)
                return nil
            }
            answer = .sending(.length(rest - count))
            account(count, now)
            return .plain
        case .chunked:
            let frame = BodyFrame.chunk(count)
            account(frame.prefix.count, now)
            account(count, now)
            account(frame.suffix.count, now)
            return frame
        case .untilClose:
            account(count, now)
            return .plain
        }
    }

    /// The content is complete. Less of it than `bodyLength` cuts the connection.
    ///
    /// - Parameter trailers: names and values sent behind chunked content; left out otherwise, and where they are no fields.
    public mutating func endResponse(trailers: [(name: String, value: String)] = [], now: MonotonicTime) {
        guard phase == .open, case .sending(let transfer) = answer else { return }
        switch transfer {
        case .length(let rest) where rest > 0: return abortResponse(now: now)
        case .chunked: send(BodyFrame.lastChunk(trailers), now)
        case .length, .untilClose: break
        }
        answer = .ended
        finishExchange(now)
        settle(now)
    }

    /// The response cannot be finished: the connection is cut so that the client can tell.
    public mutating func abortResponse(now: MonotonicTime) {
        guard phase == .open else { return }
        switch answer {
        case .none, .ended: return
        case .sending(.untilClose):
            answer = .ended
            close(.reset)
        case .awaited, .sending:
            answer = .ended
            beginClosing(now)
        }
        settle(now)
    }

    /// The socket has taken this many bytes of what was queued, possibly 0.
    public mutating func wrote(_ count: Int, now: MonotonicTime) {
        guard phase != .closed, count > 0 else { return }
        pendingOutput = max(0, pendingOutput - count)
        writeDeadline = pendingOutput > 0 ? now + settings.waits.writeStall : nil
        if pendingOutput == 0 {
            if phase == .flushing { halfClose(now) }
            if isIdle { readDeadline = now + settings.waits.idle }
        }
        if phase == .open, input == .head { advanceHeld(now) }
        settle(now)
    }

    mutating func send(_ bytes: [UInt8], _ now: MonotonicTime) {
        act(.send(bytes))
        account(bytes.count, now)
    }

    private mutating func account(_ count: Int, _ now: MonotonicTime) {
        if pendingOutput == 0 { writeDeadline = now + settings.waits.writeStall }
        let (sum, overflows) = pendingOutput.addingReportingOverflow(count)
        pendingOutput = overflows ? .max : sum
    }

    /// The answer has ended: on to the next request, behind what is left of this one.
    mutating func finishExchange(_ now: MonotonicTime) {
        guard keepsAlive, !isDraining else { return beginClosing(now) }
        switch input {
        case .complete:
            answer = .none
            input = .head
            isSkippingBody = false
            readDeadline = now + settings.waits.idle
            advanceHeld(now)
        case .body:
            guard decoder.rest <= settings.limits.drainedBody else { return beginClosing(now) }
            skipBody(now)
            advanceHeld(now)
        case .head, .ignored: beginClosing(now)
        }
    }
}
