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

    /// Frames that are rendered of segments which are not committed yet.
    func frames(of job: Job) -> Int {
        contexts.withLock { contexts in
            contexts[job.id]?.values.reduce(0) { sum, context in
                // What has just been committed is counted in the job's state already.
                guard case .segment(let index) = context.kind, !job.state.committed.contains(index) else { return sum }
                return sum + context.framesRendered
            } ?? 0
        }
    }

    func cancelAll() {
        contexts.withLock { contexts in contexts.values.flatMap(\.values).forEach { $0.cancel() } }
    }
}
