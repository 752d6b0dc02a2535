import Dispatch
import Engine
import Foundation
import Synchronization

/// Ends a child process when its owner no longer wants it or its time is over.
final class Watchdog: Sendable {
    enum Reason: Sendable, Hashable {
        case canceled
        /// - Parameter seconds: the time that it had.
        case tooSlow(seconds: Double)
    }

    private let over = DispatchSemaphore(value: 0)
    private let bite = Mutex<Reason?>(nil)

    /// Watches until `release`, twenty times a second.
    init(_ child: ChildProcess, wallSeconds: Double, isCanceled: @escaping @Sendable () -> Bool) {
        let deadline = DispatchTime.now() + wallSeconds
        Thread.detachNewThread { [weak self, weak child, over] in
            while over.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
                let isLate = DispatchTime.now() > deadline
                guard let reason: Reason = isCanceled() ? .canceled : isLate ? .tooSlow(seconds: wallSeconds) : nil
                else { continue }
                self?.bite.withLock { $0 = reason }
                child?.kill()
                return
            }
        }
    }

    deinit { over.signal() }

    /// Stops watching; says why the child was ended, if it was.
    func release() -> Reason? {
        over.signal()
        return bite.withLock { $0 }
    }
}

extension Watchdog.Reason {
    /// The error for work on a thing, in the present participle.
    func error(_ subject: String, doing work: String) -> EngineError {
        switch self {
        case .canceled: EngineError(.canceled, subject, found: "canceled while \(work)")
        case .tooSlow(let seconds):
            EngineError(.toolFailed, subject, found: "\(work) took more than \(Int(seconds)) s")
        }
    }
}
