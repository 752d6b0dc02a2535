/// An error of an application's own that tells how to answer the request in which it was thrown.
public protocol HTTPErrorRepresentable: Error {
    /// Nil for what is no client's business: 500.
    var httpError: HTTPError? { get }
}
