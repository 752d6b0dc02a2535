/// What a task hands to the event loop.
enum Letter: Sendable {
    case message(Connection, Connection.Message)
    case work(@Sendable () -> Void)

    func deliver() {
        switch self {
        case .message(let connection, let message): connection.receive(message)
        case .work(let work): work()
        }
    }
}
