import Foundation
import Studio
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct SerialWorkTests {
    private struct Failure: Error {}

    @Test func thingsAreDoneInOrder() throws {
        let done = Mutex<[Int]>([])
        let work = SerialWork(capacity: 2)
        for number in 0..<100 { try work.put { done.withLock { $0.append(number) } } }
        try work.finish()
        #expect(done.withLock { $0 } == Array(0..<100))
        // Again, as whoever cleans up may.
        try work.finish()
        work.abandon()
    }

    @Test func whoIsAheadWaits() throws {
        let may = DispatchSemaphore(value: 0)
        let done = Atomic(0)
        let work = SerialWork(capacity: 2)
        let ahead = Atomic(0)
        Thread.detachNewThread {
            for _ in 0..<10 { may.signal() }
        }
        for _ in 0..<10 {
            try work.put {
                may.wait()
                done.wrappingAdd(1, ordering: .sequentiallyConsistent)
            }
            let count = ahead.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
            // One is being done, and one waits.
            #expect(count - done.load(ordering: .sequentiallyConsistent) <= 2)
        }
        try work.finish()
        #expect(done.load(ordering: .relaxed) == 10)
    }

    @Test func afterAFailureNothingIsDone() throws {
        let done = Atomic(0)
        let work = SerialWork(capacity: 1)
        #expect(throws: Failure.self) {
            try work.put { throw Failure() }
            for _ in 0..<100 { try work.put { done.wrappingAdd(1, ordering: .relaxed) } }
        }
        #expect(throws: Failure.self) { try work.finish() }
        #expect(done.load(ordering: .relaxed) == 0)
        work.abandon()
    }

    /// Opens a gate when nothing holds it any more.
    private final class Latch: Sendable {
        let gate: DispatchSemaphore

        init(_ gate: DispatchSemaphore) { self.gate = gate }
        deinit { gate.signal() }
    }

    @Test func whatIsAbandonedIsNotBegun() throws {
        let (begun, may) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let done = Atomic(0)
        let work = SerialWork(capacity: 3)
        // Goes on when the other is forgotten.
        try work.put {
            begun.signal()
            may.wait()
            done.wrappingAdd(1, ordering: .relaxed)
        }
        begun.wait()
        try work.put { [latch = Latch(may)] in
            withExtendedLifetime(latch) {}
            done.wrappingAdd(100, ordering: .relaxed)
        }
        work.abandon()
        #expect(done.load(ordering: .relaxed) == 1)
        #expect(throws: (any Error).self) { try work.finish() }
    }
}
