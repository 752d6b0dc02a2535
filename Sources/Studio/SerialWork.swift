import Engine
import Foundation
import Synchronization

/// Does one thing after the other on a thread of its own, while whoever hands them over prepares the next.
///
/// Few things wait: who is ahead waits too, so that memory stays bounded. After a failure nothing more is done. In the end
/// `finish` or `abandon` has to be called.
public final class SerialWork: Sendable {
    private struct State {
        var waiting: [@Sendable () throws -> Void] = []
        var isClosed = false
        var failure: (any Error)?
    }

    private let state = Mutex(State())
    /// Its places are given to it one by one: a semaphore must not end with fewer than it began with, and what is abandoned
    /// gives none back.
    private let free = DispatchSemaphore(value: 0)
    private let news = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    /// - Parameter capacity: things that may wait or be under way, at least 1.
    public init(capacity: Int = 3) {
        for _ in 0..<capacity { free.signal() }
        Thread.detachNewThread { [self] in
            while let next = take() {
                perform(next)
                free.signal()
            }
            done.signal()
        }
    }

    /// Hands over a thing to do; waits while too many are waiting.
    ///
    /// - Throws: what an earlier one threw.
    public func put(_ work: @escaping @Sendable () throws -> Void) throws {
        free.wait()
        let failure = state.withLock { state in
            if state.failure == nil { state.waiting.append(work) }
            return state.failure
        }
        if let failure {
            free.signal()
            throw failure
        }
        news.signal()
    }

    /// Waits until everything is done, or something has failed; may be repeated.
    ///
    /// - Throws: what failed.
    public func finish() throws {
        state.withLock { $0.isClosed = true }
        news.signal()
        done.wait()
        done.signal()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Forgets what waits, and waits until nothing is being done.
    public func abandon() {
        state.withLock { state in
            state.waiting = []
            state.failure = state.failure ?? EngineError(.canceled, "work", found: "abandoned")
        }
        try? finish()
    }

    /// The next thing to do; nil at the end.
    private func take() -> (@Sendable () throws -> Void)? {
        while true {
            news.wait()
            let (next, isOver) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isClosed)
            }
            if let next { return next }
            if isOver { return nil }
        }
    }

    private func perform(_ work: @Sendable () throws -> Void) {
        guard state.withLock({ $0.failure == nil }) else { return }
        do {
            try work()
        } catch {
            state.withLock { $0.failure = error }
        }
    }
}
