import Foundation
import Synchronization

/// Threads of the engine's own that help whoever computes; one for each core, made when they are first needed.
///
/// Not Dispatch's: on Linux its threads also carry Swift's tasks, and a service whose cores all compute would answer nobody.
final class HelperThreads: Sendable {
    static let shared = HelperThreads(count: ProcessInfo.processInfo.activeProcessorCount)

    /// Who asked for help, once for each helper that would be welcome.
    private let calls = Mutex<[Crew]>([])
    private let waiting = DispatchSemaphore(value: 0)

    private init(count: Int) {
        for number in 0..<count {
            let thread = Thread { [self] in
                while true {
                    waiting.wait()
                    calls.withLock { $0.isEmpty ? nil : $0.removeFirst() }?.help()
                }
            }
            thread.name = "engine.\(number)"
            thread.start()
        }
    }

    /// Calls `work` on this thread, as worker 0, and on up to `workers - 1` others that are free. Each call does what there is to
    /// do and returns when there is no more.
    func share(among workers: Int, work: @escaping @Sendable (_ worker: Int) -> Void) {
        withUnsafePointer(to: work) { work in
            let crew = Crew(work)
            calls.withLock { calls in for _ in 1..<workers { calls.append(crew) } }
            for _ in 1..<workers { waiting.signal() }
            work.pointee(0)
            crew.close()
        }
    }

    /// Those who work on one thing: whoever started it, and the helpers that have come.
    ///
    /// Safe to send since `work` is called by those alone who came before `close`, which waits until they have left. Helpers
    /// that come later find the crew closed.
    private final class Crew: @unchecked Sendable {
        private struct State {
            var joined = 0
            var working = 0
            var isClosed = false
        }

        private let state = Mutex(State())
        private let left = DispatchSemaphore(value: 0)
        private let work: UnsafePointer<@Sendable (_ worker: Int) -> Void>

        init(_ work: UnsafePointer<@Sendable (_ worker: Int) -> Void>) {
            self.work = work
        }

        func help() {
            let number = state.withLock { state -> Int? in
                guard !state.isClosed else { return nil }
                state.joined += 1
                state.working += 1
                return state.joined
            }
            guard let number else { return }
            call(number)
            let isLast = state.withLock { state in
                state.working -= 1
                return state.isClosed && state.working == 0
            }
            if isLast { left.signal() }
        }

        /// Out of line, so that no reference to the work is left when it returns.
        @inline(never)
        private func call(_ number: Int) {
            work.pointee(number)
        }

        /// Waits for the helpers that have come.
        func close() {
            let mustWait = state.withLock { state in
                state.isClosed = true
                return state.working > 0
            }
            if mustWait { left.wait() }
        }
    }
}
