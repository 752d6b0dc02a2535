import Dispatch
import Synchronization

/// Runs independent pieces of work on a few threads.
enum Parallel {
    /// Calls `body` for 0, 1 ... `count - 1`, in this order as threads become free; after an error no further ones.
    /// - Throws: the first error.
    static func forEach(
        _ count: Int, threads: Int, _ body: @Sendable (Int) throws(EngineError) -> Void
    ) throws(EngineError) {
        let next = Mutex(0)
        let failure = Mutex<EngineError?>(nil)
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
            while failure.withLock({ $0 == nil }) {
                let index = next.withLock { value in
                    defer { value += 1 }
                    return value
                }
                guard index < count else { return }
                do throws(EngineError) {
                    try body(index)
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
