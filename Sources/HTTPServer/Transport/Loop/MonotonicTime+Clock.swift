import Dispatch
import Glibc
import HTTPCore

extension MonotonicTime {
    static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// How long a tick of the deadline wheel lasts.
    static let tickLength = DispatchTimeInterval.milliseconds(250)

    /// Coarse time, in quarters of a second.
    var tick: Int { Int(nanoseconds / 250_000_000) }

    func since(_ earlier: MonotonicTime) -> Duration {
        .nanoseconds(nanoseconds - earlier.nanoseconds)
    }
}
