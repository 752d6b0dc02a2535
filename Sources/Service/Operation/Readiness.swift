import Synchronization

/// Whether the service takes work, as `/readyz` tells load balancers.
final class Readiness: Sendable {
    enum Status: String, Encodable, Sendable {
        case starting, ready, draining
    }

    struct Report: Encodable, Sendable {
        var status: Status
        /// What was looked at: `ok`, or what is wrong.
        var checks: [String: String]
    }

    private let status = Mutex(Status.starting)
    private let checks: @Sendable () async -> [String: String]

    /// - Parameter checks: looks at everything that work depends on.
    init(checks: @escaping @Sendable () async -> [String: String]) {
        self.checks = checks
    }

    var current: Status { status.withLock { $0 } }

    /// A service that drains never becomes ready again.
    func become(_ new: Status) {
        status.withLock { if $0 != .draining { $0 = new } }
    }

    func report() async -> Report {
        Report(status: current, checks: await checks())
    }
}
