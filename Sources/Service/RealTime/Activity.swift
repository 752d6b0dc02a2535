import Foundation
import Synchronization

/// Counts the work that goes before baking.
final class Activity: Sendable {
    private let running = Atomic(0)
    private let begun = Atomic(0)

    func during<Result>(_ body: () throws -> Result) rethrows -> Result {
        running.wrappingAdd(1, ordering: .relaxed)
        begun.wrappingAdd(1, ordering: .relaxed)
        defer { running.wrappingSubtract(1, ordering: .relaxed) }
        return try body()
    }

    var isIdle: Bool { running.load(ordering: .relaxed) == 0 }

    /// Blocks the thread while there is work, and until there has been none for a moment: between two pieces of a job there
    /// is a gap, too.
    func waitUntilQuiet(unless isStopped: () -> Bool) {
        while !isIdle && !isStopped() {
            var seen: Int
            repeat {
                seen = begun.load(ordering: .relaxed)
                Thread.sleep(forTimeInterval: 0.1)
            } while begun.load(ordering: .relaxed) != seen && !isStopped()
        }
    }
}
