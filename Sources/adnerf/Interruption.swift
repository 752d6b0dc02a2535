import Dispatch
import Foundation
import Synchronization

/// Watches for Ctrl-C and `kill`: the first asks the work to come to a good end, a second ends the program at once.
final class Interruption: Sendable {
    private let requested = Atomic(false)

    /// Watches until the program ends.
    static func watch() -> Interruption {
        let interruption = Interruption()
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
            source.setEventHandler {
                // The handler holds its own source, which would otherwise go when this function returns.
                _ = source
                if interruption.requested.exchange(true, ordering: .relaxed) { _exit(130) }
            }
            source.resume()
        }
        return interruption
    }

    var isRequested: Bool { requested.load(ordering: .relaxed) }
}
