import Dispatch
import Engine
import Foundation
import Synchronization

/// Reads all of a child's output on a thread of its own, so that its input can be written meanwhile.
final class OutputCollector: Sendable {
    private let done = DispatchGroup()
    private let collected = Mutex<Result<[UInt8], EngineError>>(.success([]))

    init(_ child: ChildProcess, limit: Int) {
        done.enter()
        Thread.detachNewThread { [self] in
            let result = Result { () throws(EngineError) in try child.readAll(limit: limit) }
            collected.withLock { $0 = result }
            done.leave()
        }
    }

    /// Waits for the end of the output.
    func bytes() throws(EngineError) -> [UInt8] {
        done.wait()
        return try collected.withLock { $0 }.get()
    }
}
