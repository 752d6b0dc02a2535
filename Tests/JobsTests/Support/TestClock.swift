import Foundation
import Synchronization

@testable import Jobs

/// A clock that a test moves.
final class TestClock: Sendable {
    private struct State {
        var now = Date(timeIntervalSince1970: 1_800_000_000)
        var sleepers: [UInt64: (until: Date, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var canceled: Set<UInt64> = []
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    var now: Date { state.withLock { $0.now } }

    var clock: JobClock {
        JobClock(now: { self.now }, sleep: { try await self.sleep($0) })
    }

    func advance(_ seconds: TimeInterval) {
        let due = state.withLock { state in
            state.now += seconds
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    private func sleep(_ duration: Duration) async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCanceled = state.withLock { state in
                    guard state.canceled.remove(number) == nil else { return true }
                    state.sleepers[number] = (state.now + duration / .seconds(1), continuation)
                    return false
                }
                if isCanceled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: number)
                if sleeper == nil { state.canceled.insert(number) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
