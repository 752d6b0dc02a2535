import Synchronization

/// Those who follow one job each, and get its latest state.
final class Followers: Sendable {
    private struct Follower {
        let continuation: AsyncStream<Job>.Continuation
        var revision = 0
    }

    private struct State {
        var followers: [JobID: [UInt64: Follower]] = [:]
        var next: UInt64 = 0
        var isFinished = false
    }

    private let state = Mutex(State())

    /// A stream of a job's states, of which only the latest waits to be read.
    func follow(_ id: JobID) -> AsyncStream<Job> {
        let (stream, continuation) = AsyncStream.makeStream(of: Job.self, bufferingPolicy: .bufferingNewest(1))
        let number: UInt64? = state.withLock { state in
            guard !state.isFinished else { return nil }
            state.next += 1
            state.followers[id, default: [:]][state.next] = Follower(continuation: continuation)
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        // Not at once: cancelling a task calls this with the task's own lock held, which `publish`, under our lock, may be waiting
        // for as it resumes that very task.
        continuation.onTermination = { [weak self] _ in Task.detached { self?.leave(id, number) } }
        return stream
    }

    /// Passes a state on to whoever has not seen it or a later one.
    func publish(_ job: Job) {
        let done = state.withLock { state -> [Follower] in
            guard var followers = state.followers[job.id] else { return [] }
            // Under the lock, so that states arrive in the order of their revisions.
            for (number, follower) in followers where follower.revision < job.revision {
                followers[number]!.revision = job.revision
                follower.continuation.yield(job)
            }
            state.followers[job.id] = job.phase.isEnded ? nil : followers
            return job.phase.isEnded ? Array(followers.values) : []
        }
        // Outside of the lock, which the termination of a stream takes.
        for follower in done { follower.continuation.finish() }
    }

    /// Ends the streams of a job that is no more.
    func remove(_ id: JobID) {
        let gone = state.withLock { $0.followers.removeValue(forKey: id) } ?? [:]
        for follower in gone.values { follower.continuation.finish() }
    }

    func finish() {
        let all = state.withLock { state in
            defer { state.followers = [:] }
            state.isFinished = true
            return state.followers.values.flatMap(\.values)
        }
        for follower in all { follower.continuation.finish() }
    }

    /// The jobs that somebody follows.
    var followed: [JobID] { state.withLock { Array($0.followers.keys) } }

    private func leave(_ id: JobID, _ number: UInt64) {
        state.withLock { state in
            state.followers[id]?[number] = nil
            if state.followers[id]?.isEmpty == true { state.followers[id] = nil }
        }
    }
}
