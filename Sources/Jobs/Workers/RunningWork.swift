import Synchronization

/// What is being worked on in this program, to be stopped at once when it is no longer wanted.
final class RunningWork: Sendable {
    private let contexts = Mutex<[JobID: [ObjectIdentifier: WorkContext]]>([:])

    func begin(_ context: WorkContext) {
        contexts.withLock { $0[context.job, default: [:]][ObjectIdentifier(context)] = context }
    }

    func end(_ context: WorkContext) {
        contexts.withLock { contexts in
            contexts[context.job]?[ObjectIdentifier(context)] = nil
            if contexts[context.job]?.isEmpty == true { contexts[context.job] = nil }
        }
    }

    func cancel(_ job: JobID) {
        contexts.withLock { contexts in contexts[job]?.values.forEach { $0.cancel() } }
    }

    func cancelAll() {
        contexts.withLock { contexts in contexts.values.flatMap(\.values).forEach { $0.cancel() } }
    }
}
