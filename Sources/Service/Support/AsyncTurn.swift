import HTTPServer
import HTTPTypes
import Synchronization

/// Lets a few do something at a time and a few more wait; the rest are told to come back.
final class AsyncTurn: Sendable {
    private struct State {
        var free: Int
        var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        var nextID = 0
    }

    private let limit: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - limit: how many at a time, at least 1.
    ///   - waiting: how many may wait.
    init(limit: Int, waiting: Int) {
        self.limit = waiting
        state = Mutex(State(free: limit))
    }

    /// - Throws: `HTTPError` 429 if too many wait, `CancellationError`, and what `body` throws.
    func take<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await wait()
        defer { pass() }
        return try await body()
    }

    private func wait() async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                let decided: Bool? = state.withLock { state in
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    guard state.waiting.count < limit, !Task.isCancelled else { return false }
                    state.waiting.append((id, continuation))
                    return nil
                }
                if let decided { continuation.resume(returning: decided) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
        if Task.isCancelled {
            if outcome { pass() }
            throw CancellationError()
        }
        guard outcome else {
            throw HTTPError(
                .tooManyRequests, kind: "queue-full", detail: "too many wait for this already; come back in 10 seconds",
                fields: [.retryAfter: "10"])
        }
    }

    private func pass() {
        let next = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil as CheckedContinuation<Bool, Never>?
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
