import Foundation
import Synchronization

/// Makes identifiers that strictly increase, also within one millisecond and when the wall clock steps back.
public final class JobIDGenerator: Sendable {
    private struct Last {
        var milliseconds: UInt64 = 0
        var high: UInt16 = 0
        var low: UInt64 = 0
    }

    private let now: @Sendable () -> Date
    private let random: @Sendable () -> UInt64
    private let last = Mutex(Last())

    /// - Parameters:
    ///   - now: the wall clock.
    ///   - random: 64 random bits; identifiers are not secrets, but should not collide between machines.
    public init(
        now: @escaping @Sendable () -> Date,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    ) {
        self.now = now
        self.random = random
    }

    public func next() -> JobID {
        let milliseconds = UInt64(max(0, min(now().timeIntervalSince1970 * 1000, 0xFFFF_FFFF_FFFF)))
        return last.withLock { last in
            if milliseconds > last.milliseconds {
                last = Last(milliseconds: milliseconds, high: UInt16(truncatingIfNeeded: random()), low: random())
            } else {
                // The next number of the same millisecond, as the ULID specification has it.
                let (low, carried) = last.low.addingReportingOverflow(1)
                last.low = low
                if carried {
                    let (high, full) = last.high.addingReportingOverflow(1)
                    last.high = high
                    if full { last.milliseconds += 1 }
                }
            }
            return JobID(milliseconds: last.milliseconds, high: last.high, low: last.low)
        }
    }
}
