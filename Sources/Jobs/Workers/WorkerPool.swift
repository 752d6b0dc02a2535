/// Workers that lease items and have them performed, one each at a time.
public final class WorkerPool: Sendable {
    init() {}
    /// Works until drained, or until the task is cancelled, which drains without a deadline to wait for.
    public func run() async { fatalError() }
    /// Leases nothing more, waits for what runs, and puts back at the deadline what still does.
    public func drain(deadline: Duration) async { fatalError() }
}
