import HTTPCore

/// A connection with an application that answers at once, and a socket that takes everything at once.
struct Loopback {
    /// What the application does before it answers.
    enum Manner: CaseIterable {
        /// Answers without looking at the body.
        case eager
        /// Reads the whole body first, and answers its failure with the error's status.
        case reading
    }

    /// What an observer sees, whatever the pieces in which it came.
    enum Event: Hashable {
        case request(method: String, target: String, fields: [FieldBlock.Field])
        case content([UInt8])
        case end(trailers: [FieldBlock.Field])
        case failure(HTTPParseError)
        case refusal(HTTPParseError)
        case output([UInt8])
        case halfClose, close, reset, cancel
    }

    static let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)
    static let path = "/healthz"

    var connection: ServerConnection
    let manner: Manner
    /// Whether the connection may keep the bytes' memory.
    let handsOverArrays: Bool
    var events: [Event] = []
    var now = MonotonicTime(nanoseconds: 1)
    var isPaused = false
    private var head: RequestHead?

    init(_ manner: Manner = .eager, settings: HTTPSettings = HTTPSettings(), handsOverArrays: Bool = false) {
        self.manner = manner
        self.handsOverArrays = handsOverArrays
        connection = ServerConnection(settings: settings, now: now)
    }

    var output: [UInt8] {
        events.reduce(into: []) { if case .output(let bytes) = $1 { $0 += bytes } }
    }

    var dispatched: Int {
        events.count { if case .request = $0 { true } else { false } }
    }

    /// Whether the client has seen the end of the server's bytes.
    var hasEnded: Bool {
        events.contains { $0 == .halfClose || $0 == .close || $0 == .reset }
    }

    mutating func receive(_ bytes: some Collection<UInt8>) {
        let array = Array(bytes)
        if handsOverArrays {
            connection.received(array, now: now)
        } else {
            array.withUnsafeBytes { connection.received($0, now: now) }
        }
        perform()
    }

    mutating func receiveEnd() {
        connection.receivedEnd(now: now)
        perform()
    }

    /// Lets time pass up to the next deadline.
    ///
    /// - Returns: false if there is none.
    mutating func passTime() -> Bool {
        guard let deadline = connection.nextDeadline else { return false }
        now = max(now, deadline)
        connection.tick(now: now)
        perform()
        return true
    }

    mutating func perform() {
        while let action = connection.nextAction() {
            switch action {
            case .dispatch(let head):
                note(.request(method: head.method, target: head.target, fields: Array(head.fields)))
                self.head = head
                switch manner {
                case .eager: answer()
                case .reading: connection.applicationWantsBody(now: now)
                }
            case .refuse(let error):
                note(.refusal(error))
                connection.respond(to: error, date: Self.date, now: now)
            case .body(let bytes):
                note(.content(bytes))
                connection.applicationWantsBody(now: now)
            case .bodyEnd(let trailers):
                note(.end(trailers: trailers.map(Array.init) ?? []))
                if manner == .reading { answer() }
            case .bodyFailed(let error):
                note(.failure(error))
                respond(error.status, "failed\n")
            case .send(let bytes): write(bytes)
            case .pauseReading: isPaused = true
            case .resumeReading: isPaused = false
            case .halfClose: note(.halfClose)
            case .close: note(.close)
            case .reset: note(.reset)
            case .cancel: note(.cancel)
            }
        }
    }

    private mutating func answer() {
        guard let head else { return }
        guard head.path == Self.path || head.path == "*" else { return respond(404, "nothing here\n") }
        guard ["GET", "HEAD", "OPTIONS"].contains(head.method) else { return respond(405, "no\n", allow: "GET, HEAD") }
        respond(200, "ok\n")
    }

    private mutating func respond(_ status: Int, _ text: String, allow: String? = nil) {
        var response = ResponseHead(status: status)
        if let allow { response.add("Allow", allow) }
        let sends = connection.respond(response, bodyLength: text.utf8.count, date: Self.date, now: now)
        // The head goes out before the content, and so before the actions behind it.
        guard sends else { return }
        perform()
        guard let frame = connection.sendBody(text.utf8.count, now: now) else { return }
        write(frame.prefix + Array(text.utf8) + frame.suffix)
        connection.endResponse(now: now)
    }

    private mutating func write(_ bytes: [UInt8]) {
        note(.output(bytes))
        connection.wrote(bytes.count, now: now)
    }

    /// Joins content and output with what came just before, so that their pieces do not show.
    private mutating func note(_ event: Event) {
        switch (events.last, event) {
        case (.content(let before), .content(let bytes)): events[events.count - 1] = .content(before + bytes)
        case (.output(let before), .output(let bytes)): events[events.count - 1] = .output(before + bytes)
        default: events.append(event)
        }
    }
}
