import Foundation
import Synchronization

/// What blocks, or computes for long, done on a thread of its own while this one does something else.
final class Aside<Value: Sendable>: Sendable {
    private let done = DispatchGroup()
    private let result = Mutex<Result<Value, any Error>?>(nil)

    init(_ body: @escaping @Sendable () throws -> Value) {
        done.enter()
        Thread.detachNewThread { [self] in
            let outcome = Result(catching: body)
            result.withLock { $0 = outcome }
            done.leave()
        }
    }

    /// Waits for the end, whatever came of it.
    func wait() { done.wait() }

    /// Waits for what came of it.
    func value() throws -> Value {
        done.wait()
        guard let outcome = result.withLock({ $0 }) else { preconditionFailure("left without an outcome") }
        return try outcome.get()
    }
}
