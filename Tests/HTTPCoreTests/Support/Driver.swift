import HTTPCore

/// A connection with the test as its application, socket and clock.
final class Driver {
    var connection: ServerConnection
    /// Nanoseconds.
    private(set) var time: Int64 = 0
    private(set) var actions: [ServerAction] = []

    init(_ limits: HTTPLimits = HTTPLimits(), _ timeouts: HTTPTimeouts = HTTPTimeouts()) {
        connection = ServerConnection(
            settings: HTTPSettings(limits: limits, timeouts: timeouts), now: MonotonicTime(nanoseconds: 0))
    }

    private var now: MonotonicTime { MonotonicTime(nanoseconds: time) }

    /// Seconds until the next deadline; nil if there is none.
    var wait: Double? {
        connection.nextDeadline.map { Double($0.nanoseconds - time) / 1e9 }
    }

    /// - Parameter handingOver: whether the connection may keep the bytes' memory.
    func receive(_ text: String, handingOver: Bool = false) {
        guard !handingOver else { return connection.received(Array(text.utf8), now: now) }
        var text = text
        text.withUTF8 { connection.received(UnsafeRawBufferPointer($0), now: now) }
    }

    func receiveEnd() { connection.receivedEnd(now: now) }
    func wantBody() { connection.applicationWantsBody(now: now) }
    func wrote(_ count: Int) { connection.wrote(count, now: now) }
    func drain() { connection.startDraining(now: now) }
    func abort() { connection.abortResponse(now: now) }
    func send(_ count: Int) -> BodyFrame? { connection.sendBody(count, now: now) }

    func end(trailers: [(name: String, value: String)] = []) {
        connection.endResponse(trailers: trailers, now: now)
    }

    @discardableResult
    func respond(
        _ status: Int = 200, length: Int? = 0, fields: [(String, String)] = []
    ) -> Bool {
        var head = ResponseHead(status: status)
        for (name, value) in fields { head.add(name, value) }
        return connection.respond(head, bodyLength: length, date: Loopback.date, now: now)
    }

    func respond(to refusal: HTTPParseError) {
        connection.respond(to: refusal, date: Loopback.date, now: now)
    }

    func pass(_ seconds: Double) {
        time += Int64(seconds * 1e9)
        connection.tick(now: now)
    }

    /// What the connection wants done since the last time, in words.
    func take() -> [String] {
        var words: [String] = []
        while let action = connection.nextAction() {
            switch action {
            case .dispatch(let head): words.append("dispatch \(head.method) \(head.target)")
            case .refuse(let error): words.append("refuse \(error.status)")
            case .body(let bytes): words.append("body \(String(decoding: bytes, as: UTF8.self))")
            case .bodyEnd(let trailers):
                words.append("end" + (trailers ?? FieldBlock()).map { " \($0.name)=\($0.value)" }.joined())
            case .bodyFailed(let error): words.append("failed \(error.status)")
            case .send(let bytes): words.append("send \(bytes.count)")
            case .pauseReading: words.append("pause")
            case .resumeReading: words.append("resume")
            case .halfClose: words.append("half-close")
            case .close: words.append("close")
            case .reset: words.append("reset")
            case .cancel: words.append("cancel")
            }
        }
        return words
    }

    /// The bytes that the connection sends, all written at once; other actions are dropped.
    func takeOutput() -> String {
        var output: [UInt8] = []
        while let action = connection.nextAction() {
            guard case .send(let bytes) = action else { continue }
            output += bytes
            wrote(bytes.count)
        }
        return String(decoding: output, as: UTF8.self)
    }
}
