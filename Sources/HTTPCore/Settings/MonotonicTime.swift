/// A reading of the shell's clock, which never goes back. The protocol has no clock of its own.
public struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since any fixed moment, such as CLOCK_MONOTONIC gives.
    public var nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    @inlinable
    public static func < (first: MonotonicTime, second: MonotonicTime) -> Bool {
        first.nanoseconds < second.nanoseconds
    }

    @inlinable
    public static func + (time: MonotonicTime, wait: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = wait.components
        return MonotonicTime(nanoseconds: time.nanoseconds &+ seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
    }

    /// The time that many nanoseconds later.
    static func + (time: MonotonicTime, nanoseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: time.nanoseconds &+ nanoseconds)
    }
}
