import Dispatch
import Glibc

/// A point in time on the clock that never jumps.
struct Moment: Comparable, Sendable {
    /// Since the machine started.
    var nanoseconds: Int

    static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: time.tv_sec * 1_000_000_000 + time.tv_nsec)
    }

    static let tickLength = DispatchTimeInterval.milliseconds(250)

    /// Coarse time, in quarters of a second.
    var tick: Int { nanoseconds / 250_000_000 }

    static func < (a: Moment, b: Moment) -> Bool { a.nanoseconds < b.nanoseconds }
}
