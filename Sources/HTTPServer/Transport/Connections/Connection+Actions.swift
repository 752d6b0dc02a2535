import HTTPCore

extension Connection {
    /// Performs what the protocol's state machine asks for. To be called after every call of it.
    func act() {
        while !isClosed, let action = machine.nextAction() {
            switch action {
            case .dispatch(let head): dispatch(head)
            case .refuse(let error): refuse(error)
            case .body(let piece):
                if let running, running.exchange.deliver(piece) { machine.applicationWantsBody(now: loop.now) }
                flushSoon()
            case .bodyEnd: running?.exchange.deliver(.complete)
            case .bodyFailed(let error):
                running?.exchange.deliver(.failed(HTTPError(.init(code: error.status), detail: error.detail)))
            case .send(let bytes): queue(bytes)
            case .pauseReading: isReadingPaused = true
            case .resumeReading:
                isReadingPaused = false
                if isReadable { callAgain() }
            case .halfClose: socket.finish()
            case .cancel: cancel()
            case .close: close(abruptly: false)
            case .reset: close(abruptly: true)
            }
        }
    }

    private func dispatch(_ head: RequestHead) {
        context.counters.requests.add(1)
        let exchange = Exchange(connection: self, id: context.identifiers.next(), started: loop.now)
        let task = Task { await exchange.run(head) }
        let report = context.onFinish.map { _ in
            FinishedRequest(
                id: exchange.id, method: head.method, target: head.target, remoteAddress: remoteAddress.host)
        }
        running = Running(exchange: exchange, task: task, report: report)
    }

    private func refuse(_ error: HTTPParseError) {
        context.counters.requestsRefused.add(1)
        let id = context.identifiers.next()
        let before = queued
        let document = ErrorDocument(error, requestID: id)
        if machine.respond(document.head, bodyLength: document.body.count, date: context.date(), now: loop.now) {
            act()
            queueContent(document.body)
            machine.endResponse(now: loop.now)
        }
        act()
        guard context.onFinish != nil else { return }
        var report = FinishedRequest(id: id, method: "", target: "", remoteAddress: remoteAddress.host)
        report.status = error.status
        report.bytesSent = queued - before
        let end = OutputQueue.End(request: report, started: loop.now)
        if isClosed { context.report(end, isComplete: true) } else { output.append(end) }
    }

    // MARK: What tasks say

    func receive(_ message: Message) {
        guard !isClosed else { return }
        switch message {
        case .wantsBody(let exchange):
            guard exchange === running?.exchange else { return }
            machine.applicationWantsBody(now: loop.now)
            act()
        case .respond(let exchange, let head, let content, let route):
            guard exchange === running?.exchange else { return }
            running?.report?.route = route
            respond(exchange, head, content)
        case .piece(let exchange, let bytes, let credit):
            guard exchange === running?.exchange else { return }
            queueContent(bytes, credit: credit)
        case .filePiece(let exchange, let file, let range, let credit):
            guard exchange === running?.exchange else { return }
            queueContent(file, range, credit: credit)
        case .end(let exchange):
            guard exchange === running?.exchange else { return }
            endResponse()
        case .abort(let exchange):
            guard exchange === running?.exchange else { return }
            machine.abortResponse(now: loop.now)
            act()
        }
        updateDeadline()
    }

    private func respond(_ exchange: Exchange, _ head: ResponseHead, _ content: Exchange.Content) {
        guard exchange === running?.exchange else { return }
        running?.queuedBefore = queued
        running?.report?.status = head.status
        let follows = machine.respond(head, bodyLength: content.length, date: context.date(), now: loop.now)
        guard follows else { return finishRunning() }
        act()
        switch content {
        case .stream: return
        case .bytes(let bytes): queueContent(bytes)
        case .file(let file, let range): queueContent(file, range, credit: 0)
        }
        endResponse()
    }

    private func endResponse() {
        machine.endResponse(now: loop.now)
        finishRunning()
    }

    /// The running request's response is all queued: performs what follows, which may be the next request.
    private func finishRunning() {
        guard let ended = running else { return act() }
        running = nil
        ended.exchange.cut()
        act()
        guard var report = ended.report else { return }
        report.bytesSent = queued - ended.queuedBefore
        let end = OutputQueue.End(request: report, started: ended.exchange.started)
        if isClosed { context.report(end, isComplete: true) } else { output.append(end) }
        flushSoon()
    }
}
