/// What becomes of an item whose work has not succeeded.
enum Settlement: Hashable, Sendable {
    /// Back into the queue, for somebody else.
    case putBack(delay: Duration, counted: Bool)
    case fail(JobFailure)
    /// Out of the queue: nobody wants it any more.
    case drop
}

extension Settlement {
    /// Decides by what went wrong.
    ///
    /// - Parameters:
    ///   - isCanceled: whether the work had been told to stop.
    ///   - isDraining: whether that was because the program is ending.
    init(_ error: any Error, _ lease: Lease, isCanceled: Bool, isDraining: Bool, settings: JobEngineSettings) {
        if isCanceled {
            self = isDraining ? .putBack(delay: .zero, counted: false) : .drop
            return
        }
        if let failure = error as? JobFailure {
            self = .fail(failure)
            return
        }
        let isFull = error.isNoSpace
        guard lease.deliveries < settings.maximumDeliveries else {
            let kind = isFull ? "no-space" : "internal"
            let title = isFull ? "The disk is full" : "The work failed"
            let detail = "item \(lease.item.kind) failed \(lease.deliveries) times, at last with: \(error)"
            self = .fail(JobFailure(kind: kind, title: title, detail: detail.replacing("\n", with: " ")))
            return
        }
        let doublings = min(max(0, lease.deliveries - 1), 16)
        self = .putBack(delay: (isFull ? settings.noSpaceBackoff : settings.backoff) * (1 << doublings), counted: true)
    }

    /// The reason to give an item up before it is worked on once more; nil as long as there is none.
    static func poison(_ lease: Lease, settings: JobEngineSettings) -> JobFailure? {
        if lease.deliveries > settings.maximumDeliveries {
            return JobFailure(
                kind: "worker-lost", title: "The work was given up",
                detail:
                    "item \(lease.item.kind) was given to a worker \(lease.deliveries - 1) times and never came back")
        }
        if lease.interruptions > settings.maximumInterruptions {
            return JobFailure(
                kind: "worker-lost", title: "The work was given up",
                detail: "the program ended \(lease.interruptions) times while it worked on item \(lease.item.kind)")
        }
        return nil
    }
}
