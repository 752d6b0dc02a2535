import HTTPServer
import HTTPTypes
import Logging
import Synchronization

/// A server on this machine that takes webhooks and answers them as told.
final class Receiver: Sendable {
    struct Message: Sendable {
        var fields: HTTPFields
        var body: [UInt8]

        subscript(name: String) -> String? { HTTPField.Name(name).flatMap { fields[$0] } }
    }

    private final class Endpoint: Responder {
        let messages = Mutex<[Message]>([])
        let statuses: Mutex<[Int]>

        init(_ statuses: [Int]) {
            self.statuses = Mutex(statuses)
        }

        func respond(to request: Request) async -> Response {
            let body = (try? await request.body.collect(upTo: 1 << 20)) ?? []
            messages.withLock { $0.append(Message(fields: request.head.headerFields, body: body)) }
            let status = statuses.withLock { $0.isEmpty ? 200 : $0.removeFirst() }
            return Response(.init(code: status))
        }
    }

    private let endpoint: Endpoint
    private let server: HTTPServer
    /// `http://127.0.0.1:PORT/hook`
    let url: String

    /// - Parameter statuses: of the answers, one after another; 200 from then on.
    init(statuses: [Int] = []) async throws {
        endpoint = Endpoint(statuses)
        var settings = ServerSettings()
        settings.port = 0
        server = HTTPServer(
            settings: settings, responder: endpoint, logger: Logger(label: "hook") { _ in SwiftLogNoOpLogHandler() })
        url = "http://\(try await server.start()[0])/hook?a=b"
    }

    var messages: [Message] { endpoint.messages.withLock { $0 } }

    func close() async {
        await server.drain(deadline: .zero)
    }
}
