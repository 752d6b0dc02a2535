import Dispatch

/// Runs what waits for the disk on threads of its own, so that the cooperative pool is never short of one.
struct BlockingCalls: Sendable {
    private let queue: DispatchQueue

    /// - Parameter isSerial: whether calls run one at a time.
    init(label: String, isSerial: Bool = false) {
        queue = DispatchQueue(label: label, attributes: isSerial ? [] : .concurrent)
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
