import HTTPTypes

/// What can be said of a request when its response is written, or when that has failed.
public struct FinishedRequest: Sendable {
    /// As in the `X-Request-Id` response field.
    public let id: String
    /// Method and raw target; both empty if what came was not a request at all.
    public let method: String
    public let target: String
    /// The pattern of the route that the router chose; nil if there was none.
    public internal(set) var route: String?
    /// The answer's status; 499 if the client left before there was one.
    public internal(set) var status = 499
    /// From the request's last head byte to the response's last byte.
    public internal(set) var duration = Duration.zero
    /// Response bytes, head and framing included.
    public internal(set) var bytesSent = 0
    /// Whether the whole response was handed to the system.
    public internal(set) var isComplete = false
    /// The client's address without its port.
    public let remoteAddress: String
}
