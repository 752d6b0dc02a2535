import HTTPCore

/// One client's connection: performs what the protocol's state machine asks for, on the event loop.
///
/// Safe to send since everything that changes is touched on the loop's queue only; tasks know a connection merely to
/// address their letters.
final class Connection: LoopMember, @unchecked Sendable {
    /// What a task says about its exchange.
    enum Message {
        case wantsBody(Exchange)
        case respond(Exchange, ResponseHead, Exchange.Content, route: String?)
        case piece(Exchange, [UInt8], credit: Int)
        case filePiece(Exchange, FileHandle, Range<Int>, credit: Int)
        case end(Exchange)
        case abort(Exchange)
    }

    let context: ServerContext
    let remoteAddress: SocketAddress
    let isSecure: Bool
    var loop: EventLoop { context.loop }

    /// Where the context keeps it.
    var place = 0
    let socket: Socket
    var machine: ServerConnection
    var output = OutputQueue()
    /// The request that runs, and the task that answers it.
    var running: Running?
    private var watch: Poller.Watch?
    /// When the loop will call `deadline()`, in ticks.
    private var callAt = Int.max
    private var handshakeDeadline: MonotonicTime?
    /// Bytes queued so far.
    var queued = 0

    /// What the socket is known to be ready for, until it says otherwise.
    var isReadable = false
    var isWritable = true
    /// The peer has said that it sends no more, which may lie behind bytes that are still to be read.
    var isEndAnnounced = false
    var hasEnded = false
    var isReadingPaused = false
    var isClosed = false
    private var willBeCalledAgain = false
    var willFlush = false

    struct Running {
        let exchange: Exchange
        let task: Task<Void, Never>
        /// For the report when it is over; nil if nobody asks for it.
        var report: FinishedRequest?
        /// `queued` when the response began.
        var queuedBefore = 0
        var hasHead = false
    }

    init(_ socket: Socket, from remoteAddress: SocketAddress, context: ServerContext) {
        self.socket = socket
        self.remoteAddress = remoteAddress
        self.context = context
        isSecure = socket.tls != nil
        machine = ServerConnection(settings: context.protocolSettings, now: context.loop.now)
        if isSecure { handshakeDeadline = context.loop.now + context.settings.handshakeTimeout }
    }

    /// Begins to listen to the client.
    func open() throws(SystemError) {
        let interest: Readiness = [.readable, .writable, .peerClosed, .edgeTriggered]
        watch = try loop.watch(socket.descriptor, for: interest, owner: self)
        updateDeadline()
    }

    // MARK: LoopMember

    func ready(_ readiness: Readiness) {
        guard !isClosed else { return }
        if readiness.isEmpty { willBeCalledAgain = false }
        if readiness.contains(.error) { return lose() }
        if readiness.contains(.peerClosed) { isEndAnnounced = true }
        if !readiness.isDisjoint(with: [.readable, .peerClosed, .hangup]) { isReadable = true }
        if readiness.contains(.writable) { isWritable = true }
        if isSecure, !readiness.isEmpty {
            // Either direction of TLS may have waited for either direction of the socket.
            isReadable = true
            isWritable = true
        }
        if handshakeDeadline != nil {
            shakeHands()
            guard handshakeDeadline == nil, !isClosed else { return }
        }
        readInput()
        if isWritable, !output.isEmpty { flushSoon() }
    }

    func deadline() {
        guard !isClosed else { return }
        callAt = .max
        if let handshakeDeadline {
            if handshakeDeadline <= loop.now {
                context.counters.handshakesFailed.add(1)
                return close(abruptly: false)
            }
        } else {
            machine.tick(now: loop.now)
            act()
        }
        updateDeadline()
    }

    func updateDeadline() {
        guard !isClosed, let watch else { return }
        guard let due = handshakeDeadline ?? machine.nextDeadline, due.tick + 1 < callAt else { return }
        callAt = loop.call(watch, at: due)
    }

    /// Has `ready` called in the next round.
    func callAgain() {
        guard !willBeCalledAgain else { return }
        willBeCalledAgain = true
        loop.callAgain(self)
    }

    func flushSoon() {
        guard !willFlush else { return }
        willFlush = true
        loop.flushLater(self)
    }

    private func shakeHands() {
        switch socket.tls!.handshake() {
        case .bytes: handshakeDeadline = nil
        case .wouldBlock: break
        case .end, .failed:
            context.counters.handshakesFailed.add(1)
            close(abruptly: false)
        }
    }

    // MARK: Ending

    /// The client is gone.
    func lose() {
        machine.peerGone()
        act()
        // A handshake has nothing of which the machine could be told.
        if !isClosed { close(abruptly: true) }
    }

    func drain() {
        guard handshakeDeadline == nil else { return close(abruptly: false) }
        machine.startDraining(now: loop.now)
        act()
    }

    func close(abruptly: Bool) {
        guard !isClosed else { return }
        isClosed = true
        if let watch { loop.forget(watch, descriptor: socket.descriptor) }
        watch = nil
        cancel()
        let unfinished = output.removeAll()
        for end in unfinished { context.report(end, isComplete: false) }
        socket.close(abruptly: abruptly)
        context.left(self)
    }

    /// Stops the application's work on the running request.
    func cancel() {
        guard let running else { return }
        self.running = nil
        running.task.cancel()
        running.exchange.cut()
        if var report = running.report {
            report.bytesSent = queued - running.queuedBefore
            context.report(OutputQueue.End(request: report, started: running.exchange.started), isComplete: false)
        }
    }
}
