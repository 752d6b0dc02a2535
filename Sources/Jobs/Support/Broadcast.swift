import Synchronization

/// Sends values to any number of streams.
package final class Broadcast<Value: Sendable>: Sendable {
    private struct State {
        var streams: [UInt64: AsyncStream<Value>.Continuation] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// A stream of what is sent from now on, which holds at most so many unread values.
    package func stream(_ policy: AsyncStream<Value>.Continuation.BufferingPolicy) -> AsyncStream<Value> {
        let (stream, continuation) = AsyncStream.makeStream(of: Value.self, bufferingPolicy: policy)
        let number = state.withLock { state in
            state.next += 1
            state.streams[state.next] = continuation
            return state.next
        }
        // Not at once: cancelling a task calls this with the task's own lock held, which `send`, under our lock, may be waiting
        // for as it resumes that very task.
        continuation.onTermination = { [weak self] _ in
            Task.detached { _ = self?.state.withLock { $0.streams.removeValue(forKey: number) } }
        }
        return stream
    }

    package func send(_ value: Value) {
        // Under the lock so that every stream sees the same order.
        state.withLock { state in
            for continuation in state.streams.values { continuation.yield(value) }
        }
    }

    package func finish() {
        // Outside of the lock, which the streams' termination takes.
        let streams = state.withLock { state in
            defer { state.streams = [:] }
            return state.streams
        }
        for continuation in streams.values { continuation.finish() }
    }
}
