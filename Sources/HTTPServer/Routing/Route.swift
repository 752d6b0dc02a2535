/// What answers one method of one path.
struct Route: Sendable {
    /// Bytes that a request's content may have.
    let bodyLimit: Int
    let handler: Router.Handler
}
