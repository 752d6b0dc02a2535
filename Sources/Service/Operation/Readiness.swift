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

    /// How everything is that work depends on.
    struct Checks: Sendable {
        /// By what was looked at: `ok`, or what is wrong.
        var found: [String: String] = [:]
        /// Whether work can be done all the same.
        var isPassed = true
    }

    private let status = Mutex(Status.starting)
    private let checks: @Sendable () async -> Checks

    /// - Parameter checks: looks at everything that work depends on.
    init(checks: @escaping @Sendable () async -> Checks) {
        self.checks = checks
    }

    var current: Status { status.withLock { $0 } }

    /// A service that drains never becomes ready again.
    func become(_ new: Status) {
        status.withLock { if $0 != .draining { $0 = new } }
    }

    /// - Returns: what there is to tell, and whether work is taken.
    func report() async -> (report: Report, takesWork: Bool) {
        let checks = await checks()
        let status = current
        return (Report(status: status, checks: checks.found), status == .ready && checks.isPassed)
    }
}
