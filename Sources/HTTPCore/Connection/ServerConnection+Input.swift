// From the client.
extension ServerConnection {
    /// Bytes have come from the client. They are copied where they are still needed after the call.
    public mutating func received(_ bytes: UnsafeRawBufferPointer, now: MonotonicTime) {
        guard phase == .open, !inputEnded else { return }
        if held.isEmpty {
            let used = advance(bytes, now)
            if used < bytes.count { held.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[used...])) }
        } else {
            if heldStart > 0 {
                held.removeSubrange(..<heldStart)
                heldStart = 0
            }
            held.append(contentsOf: bytes)
            advanceHeld(now)
        }
        settle(now)
    }

    /// The same for bytes in an array of their own, which is handed on as it is, without a copy, if `awaitsContent` is true
    /// of so many.
    public mutating func received(_ bytes: [UInt8], now: MonotonicTime) {
        guard awaitsContent(bytes.count) else { return bytes.withUnsafeBytes { received($0, now: now) } }
        held = bytes
        if wantsBody { _ = deliverHeldWhole(now) }
        settle(now)
    }

    /// Whether the next `count` bytes, if so many come, are content of the running request and nothing else.
    public func awaitsContent(_ count: Int) -> Bool {
        guard phase == .open, !inputEnded, input == .body, !isSkippingBody, held.isEmpty else { return false }
        return if case .length(let rest) = decoder { count <= rest } else { false }
    }

    /// The client has sent its last byte. It may still be reading.
    public mutating func receivedEnd(now: MonotonicTime) {
        guard phase != .closed, !inputEnded else { return }
        inputEnded = true
        if phase == .lingering { close(.close) }
        settle(now)
    }

    /// The application asks for a piece of the running request's body.
    public mutating func applicationWantsBody(now: MonotonicTime) {
        guard phase == .open, isRunning, !bodyIsOver, !wantsBody else { return }
        switch input {
        case .head, .ignored: return
        case .complete:
            bodyIsOver = true
            act(.bodyEnd(trailers: nil))
        case .body:
            wantsBody = true
            sendContinue(now)
            readDeadline = now + bodyAllowance
            if !deliverHeldWhole(now) { advanceHeld(now) }
        }
        settle(now)
    }

    /// Uses up what can be used now.
    ///
    /// - Returns: how many bytes are done with; the others are to be held.
    private mutating func advance(_ bytes: UnsafeRawBufferPointer, _ now: MonotonicTime) -> Int {
        var used = 0
        while used < bytes.count, phase == .open {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[used...])
            switch input {
            case .head:
                // The next answer would only pile up behind those that the client does not read.
                guard pendingOutput <= settings.limits.heldOutput else { return used }
                used += readHead(rest, now)
            case .body:
                guard wantsBody || isSkippingBody else { return used }
                used += readBody(rest, now)
            case .complete: return used
            case .ignored: return bytes.count
            }
        }
        return phase == .open ? used : bytes.count
    }

    mutating func advanceHeld(_ now: MonotonicTime) {
        guard !held.isEmpty else { return }
        let (bytes, start) = (held, heldStart)
        dropHeld()
        let used = bytes.withUnsafeBytes { advance(UnsafeRawBufferPointer(rebasing: $0[start...]), now) }
        guard phase == .open, start + used < bytes.count else { return }
        (held, heldStart) = (bytes, start + used)
    }

    mutating func dropHeld() {
        held = []
        heldStart = 0
    }

    private mutating func readHead(_ bytes: UnsafeRawBufferPointer, _ now: MonotonicTime) -> Int {
        do {
            let (consumed, head) = try parser.parse(bytes)
            if let head {
                begin(head, now)
            } else if parser.hasBegun, !headIsTimed {
                headIsTimed = true
                readDeadline = now + settings.waits.head
            }
            return consumed
        } catch {
            isHEAD = parser.isHEAD
            refuse(error)
            return bytes.count
        }
    }

    private mutating func begin(_ head: RequestHead, _ now: MonotonicTime) {
        parser = RequestParser(settings: settings)
        headIsTimed = false
        readDeadline = nil
        isHEAD = head.isHEAD
        isHTTP10 = head.isHTTP10
        keepsAlive = head.keepAlive
        awaitsContinue = head.expectsContinue
        wantsBody = false
        bodyIsOver = false
        guard let body = BodyDecoder(head.framing, limits: settings.limits) else {
            input = .complete
            return dispatch(head)
        }
        input = .body
        decoder = body
        bodyAllowance = settings.waits.bodyGrace
        guard head.ignoresContent else { return dispatch(head) }
        guard body.rest <= settings.limits.drainedBody else { return refuse(HeadRules.tooLong) }
        pendingHead = head
        skipBody(now)
    }

    private mutating func dispatch(_ head: RequestHead) {
        answer = .awaited
        act(.dispatch(head))
    }

    /// Reads the rest of the body without keeping it.
    mutating func skipBody(_ now: MonotonicTime) {
        isSkippingBody = true
        skipped = 0
        wantsBody = false
        readDeadline = now + bodyAllowance
    }

    /// A request that cannot be served: one answer, and nothing after it.
    mutating func refuse(_ error: HTTPParseError) {
        keepsAlive = false
        isRefused = true
        answer = .awaited
        input = .ignored
        readDeadline = nil
        act(.refuse(error))
    }

    /// RFC 9110, 10.1.1: not where content has come already, nor behind a final status.
    private mutating func sendContinue(_ now: MonotonicTime) {
        guard awaitsContinue else { return }
        awaitsContinue = false
        guard held.isEmpty, pendingHead != nil || isAwaited else { return }
        send(Self.continueResponse, now)
    }

    private static let continueResponse = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    private mutating func readBody(_ bytes: UnsafeRawBufferPointer, _ now: MonotonicTime) -> Int {
        awaitsContinue = false
        var piece: [UInt8] = []
        var used = bytes.count
        var failure: HTTPParseError?
        do {
            used = try decoder.decode(bytes, into: &piece, keeping: !isSkippingBody)
        } catch {
            failure = error
        }
        earn(used, now)
        if !piece.isEmpty { deliver(piece, now) }
        if let failure {
            failBody(failure, now)
        } else if decoder.isComplete {
            endBody(now)
        } else if isSkippingBody {
            skipped += used
            if skipped > settings.limits.drainedBody { failBody(HeadRules.tooLong, now) }
        }
        return used
    }

    /// Hands on what was held without another copy, if all of it is content.
    private mutating func deliverHeldWhole(_ now: MonotonicTime) -> Bool {
        guard case .length(let rest) = decoder, heldStart == 0, !held.isEmpty, held.count <= rest else { return false }
        let piece = held
        dropHeld()
        decoder = .length(rest - piece.count)
        earn(piece.count, now)
        deliver(piece, now)
        if decoder.isComplete { endBody(now) }
        return true
    }

    private mutating func deliver(_ piece: [UInt8], _ now: MonotonicTime) {
        wantsBody = false
        if let deadline = readDeadline { bodyAllowance = max(0, deadline.nanoseconds - now.nanoseconds) }
        readDeadline = nil
        act(.body(piece))
    }

    /// Bytes of a body give its sender time.
    private mutating func earn(_ count: Int, _ now: MonotonicTime) {
        let waits = settings.waits
        guard let deadline = readDeadline else {
            bodyAllowance = min(bodyAllowance + waits.earned(count), waits.bodyGrace)
            return
        }
        readDeadline = min(deadline + waits.earned(count), now + waits.bodyGrace)
    }

    private mutating func endBody(_ now: MonotonicTime) {
        let trailers = decoder.trailers
        decoder = .length(0)
        input = .complete
        readDeadline = nil
        if var head = pendingHead {
            pendingHead = nil
            isSkippingBody = false
            head.framing = .none
            dispatch(head)
        } else if isSkippingBody {
            finishExchange(now)
        } else {
            wantsBody = false
            bodyIsOver = true
            act(.bodyEnd(trailers: trailers))
        }
    }

    /// The rest of the body cannot be read, and so nothing behind it either.
    mutating func failBody(_ error: HTTPParseError, _ now: MonotonicTime) {
        keepsAlive = false
        input = .ignored
        decoder = .length(0)
        readDeadline = nil
        dropHeld()
        if pendingHead != nil {
            pendingHead = nil
            refuse(error)
        } else if isSkippingBody {
            beginClosing(now)
        } else {
            wantsBody = false
            bodyIsOver = true
            act(.bodyFailed(error))
        }
    }

    /// Behind every call: sees to the end of the input, and to whether there is to be more of it.
    mutating func settle(_ now: MonotonicTime) {
        if pendingHead != nil { sendContinue(now) }
        if inputEnded {
            if phase == .open, held.isEmpty { endInput(now) }
            return
        }
        let isFull = phase == .open && held.count - heldStart >= settings.limits.heldInput
        guard isFull != readingIsPaused, phase != .closed else { return }
        readingIsPaused = isFull
        act(isFull ? .pauseReading : .resumeReading)
    }

    /// All input has been used, and there will be no more.
    private mutating func endInput(_ now: MonotonicTime) {
        switch input {
        case .head: beginClosing(now)
        case .body: failBody(.malformed("The connection ended before the body did."), now)
        case .complete, .ignored: break
        }
    }
}
