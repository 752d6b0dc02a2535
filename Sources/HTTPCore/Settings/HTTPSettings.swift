/// The limits and timeouts of a server, shared by its connections.
public final class HTTPSettings: Sendable {
    public let limits: HTTPLimits
    public let timeouts: HTTPTimeouts
    /// The timeouts in nanoseconds, converted once.
    let waits: Waits

    public init(limits: HTTPLimits = HTTPLimits(), timeouts: HTTPTimeouts = HTTPTimeouts()) {
        self.limits = limits
        self.timeouts = timeouts
        waits = Waits(timeouts)
    }
}
