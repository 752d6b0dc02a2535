import Dispatch
import Synchronization

/// Runs pieces of one job on several cores at once.
enum Parallel {
    /// Calls `body(worker, piece)` once for every piece in `0..<pieces`, in any order, on at most `threads` threads.
    ///
    /// `worker` is below `threads` and no two calls with the same worker overlap, so each worker may own scratch memory.
    static func run(threads: Int, pieces: Int, body: @Sendable (_ worker: Int, _ piece: Int) -> Void) {
        guard threads > 1, pieces > 1 else {
            for piece in 0..<pieces { body(0, piece) }
            return
        }
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, pieces)) { worker in
            while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard piece < pieces else { return }
                body(worker, piece)
            }
        }
    }
}
