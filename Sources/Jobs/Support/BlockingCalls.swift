import Foundation
import Synchronization

/// Runs what blocks on threads of its own.
///
/// Not on Dispatch's: on Linux its threads also carry Swift's tasks, and blocking them all would stop everything.
package final class BlockingCalls: Sendable {
    private final class Shared: Sendable {
        let calls = Mutex<[@Sendable () -> Void]>([])
        /// Counts the calls that wait, and at last one for each thread that is to end.
        let waiting = DispatchSemaphore(value: 0)

        func work() {
            while true {
                waiting.wait()
                guard let call = calls.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
                call()
            }
        }
    }

    private let shared = Shared()
    private let count: Int

    package init(label: String, threads count: Int) {
        self.count = count
        for number in 0..<count {
            let thread = Thread { [shared] in shared.work() }
            thread.name = "\(label).\(number)"
            thread.start()
        }
    }

    deinit {
        for _ in 0..<count { shared.waiting.signal() }
    }

    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        // Keeps the threads until the call has run.
        defer { withExtendedLifetime(self) {} }
        return try await withCheckedThrowingContinuation { continuation in
            shared.calls.withLock { $0.append { continuation.resume(with: Result(catching: body)) } }
            shared.waiting.signal()
        }
    }
}
