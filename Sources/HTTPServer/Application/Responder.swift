/// The application: answers requests. Runs away from the I/O queue, any number at a time.
public protocol Responder: Sendable {
    /// - Returns: an answer for whatever went wrong, too: the server itself only knows 400 and 500.
    func respond(to request: Request) async -> Response
}
