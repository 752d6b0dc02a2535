/// Timeouts in nanoseconds, from 1 up to about a century, so that adding them to a time cannot overflow.
struct Waits: Sendable {
    let head: Int64
    let idle: Int64
    let bodyGrace: Int64
    let writeStall: Int64
    let linger: Int64
    /// What one byte of a body earns its sender.
    let bodyByte: Int64

    init(_ timeouts: HTTPTimeouts) {
        head = Self.nanoseconds(timeouts.head)
        idle = Self.nanoseconds(timeouts.idle)
        bodyGrace = Self.nanoseconds(timeouts.bodyGrace)
        writeStall = Self.nanoseconds(timeouts.writeStall)
        linger = Self.nanoseconds(timeouts.linger)
        bodyByte = 1_000_000_000 / Int64(max(1, timeouts.minimumBodyRate))
    }

    private static func nanoseconds(_ wait: Duration) -> Int64 {
        let wait = min(max(wait, .nanoseconds(1)), .seconds(3_000_000_000))
        return wait.components.seconds * 1_000_000_000 + wait.components.attoseconds / 1_000_000_000
    }

    /// What this many bytes of a body earn their sender.
    func earned(_ count: Int) -> Int64 {
        let (earned, overflows) = Int64(count).multipliedReportingOverflow(by: bodyByte)
        return overflows ? bodyGrace : min(earned, bodyGrace)
    }
}
