import HTTPCore
import HTTPTypes
import Synchronization

/// One request and its response, between the task that answers it and the connection on the event loop.
///
/// The task's side is `RequestBody.Source` and `ResponseWriter`: it sends letters to the loop and waits. The loop's side
/// is in `Exchange+Loop`. What both touch is in `state`.
final class Exchange: Sendable {
    let connection: Connection
    let id: String
    /// When the request's head was complete.
    let started: MonotonicTime
    let state = Mutex(State())

    struct State {
        /// Content that the application has not taken yet.
        var pieces: [[UInt8]] = []
        var buffered = 0
        /// Whether the connection has been asked for a piece and has not answered.
        var isAsking = false
        /// Why no more pieces come.
        var bodyEnd: BodyEnd?
        var reader: CheckedContinuation<Void, Never>?

        /// Bytes written by the application and not yet taken by the socket.
        var outstanding = 0
        var writers: [CheckedContinuation<Void, Never>] = []

        /// The connection is gone, or the response is over.
        var isCut = false
    }

    enum BodyEnd {
        case complete
        case failed(HTTPError)
    }

    init(connection: Connection, id: String, started: MonotonicTime) {
        self.connection = connection
        self.id = id
        self.started = started
    }

    /// Answers the request; runs in a task of its own.
    func run(_ head: RequestHead) async {
        let context = connection.context
        let request = Request(
            head, id: id, remoteAddress: connection.remoteAddress.host, isSecure: connection.isSecure, source: self)
        let response = await context.responder.respond(to: request)
        await send(response, to: head)
    }

    private func send(_ response: Response, to request: RequestHead) async {
        var head = ResponseHead(status: response.status.code)
        for field in response.fields { head.add(field.name.rawName, field.value) }
        head.add("X-Request-Id", id)
        guard case .stream(let length, let write) = response.body else {
            return tell(.respond(self, head, Content(response.body), route: response.route))
        }
        // Nothing would come of the content of such a response: it is not made.
        let status = response.status.code
        let hasContent = !request.isHEAD && status != 204 && status != 304
        tell(.respond(self, head, .stream(length: length), route: response.route))
        guard hasContent else { return }
        do {
            try await write(self)
            tell(.end(self))
        } catch {
            if !(error is CancellationError) {
                connection.context.logger.error(
                    "a response was cut since its content failed: \(error)", metadata: ["request-id": "\(id)"])
            }
            tell(.abort(self))
        }
    }

    func tell(_ message: Connection.Message) {
        connection.loop.send(.message(connection, message))
    }
}

extension Exchange {
    /// A response's content on its way to the connection.
    enum Content {
        case bytes([UInt8])
        case file(FileHandle, Range<Int>)
        /// Comes by later messages.
        case stream(length: Int?)

        init(_ body: ResponseBody) {
            switch body {
            case .empty: self = .bytes([])
            case .bytes(let bytes): self = .bytes(bytes)
            case .file(let file, let range): self = .file(file, range)
            case .stream(let length, _): self = .stream(length: length)
            }
        }

        /// In bytes; nil if not known.
        var length: Int? {
            switch self {
            case .bytes(let bytes): bytes.count
            case .file(_, let range): range.count
            case .stream(let length): length
            }
        }
    }
}
