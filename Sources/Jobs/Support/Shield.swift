/// Finishes what it has begun, even if the task that waits for it is cancelled: a stored change and what follows from
/// it belong together.
func shielded<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await Task { try await body() }.value
}
