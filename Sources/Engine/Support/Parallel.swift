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
        withoutActuallyEscaping(body) { body in
            HelperThreads.shared.share(among: min(threads, pieces)) { worker in
                while true {
                    let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard piece < pieces else { return }
                    body(worker, piece)
                }
            }
        }
    }

    /// Calls `body` for 0, 1 ... `count - 1`, in this order as threads become free; after an error no further ones.
    /// - Throws: the first error.
    static func forEach(
        _ count: Int, threads: Int, _ body: @Sendable (Int) throws(EngineError) -> Void
    ) throws(EngineError) {
        let failure = Mutex<EngineError?>(nil)
        withoutActuallyEscaping(body) { body in
            run(threads: threads, pieces: count) { _, index in
                guard failure.withLock({ $0 == nil }) else { return }
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
