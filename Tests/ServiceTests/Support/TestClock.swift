import Foundation
import Jobs
import Synchronization

/// The time, which a test can put forward.
final class TestClock: Sendable {
    private let ahead = Mutex<TimeInterval>(0)

    var now: Date { Date().addingTimeInterval(ahead.withLock { $0 }) }

    func advance(by seconds: TimeInterval) {
        ahead.withLock { $0 += seconds }
    }

    var jobClock: JobClock {
        JobClock(now: { self.now }, sleep: JobClock.system.sleep)
    }
}
