import Foundation

/// The time, for everything here that asks for it or waits.
public struct JobClock: Sendable {
    /// The wall clock, which records carry.
    public var now: @Sendable () -> Date
    /// Waits; throws `CancellationError` when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void

    public init(now: @escaping @Sendable () -> Date, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    public static let system = JobClock(now: { Date() }, sleep: { try await Task.sleep(for: $0) })
}
