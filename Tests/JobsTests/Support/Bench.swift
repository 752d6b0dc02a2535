import Foundation

@testable import Jobs

/// An engine's stores on their own, with a clock that the test moves.
final class Bench: Sendable {
    let scratch: Scratch
    let time = TestClock()
    let backend: JobBackend
    let ids: JobIDGenerator

    init(_ engine: TestEngine) async throws {
        scratch = try Scratch()
        let time = time
        ids = JobIDGenerator(now: { time.now })
        backend = try await engine.backend(
            in: scratch.folder("data"), settings: Studio.settings, clock: time.clock)
    }

    deinit {
        // Holds the folder until all that is in it is closed.
        Task.detached { [backend, scratch] in
            await backend.close()
            withExtendedLifetime(scratch) {}
        }
    }

    func newJob(owner: String = "me", retention: TimeInterval = 100) -> Job {
        time.advance(0.001)
        return Job(id: ids.next(), owner: owner, request: Data("{}".utf8), createdAt: time.now, retention: retention)
    }

    func stored(owner: String = "me", events: [JobEvent] = []) async throws -> Job {
        let job = newJob(owner: owner)
        _ = try await backend.store.create(job, idempotency: nil, limits: QueueLimits())
        return try await applied(events, to: job)
    }

    func applied(_ events: [JobEvent], to job: Job) async throws -> Job {
        var job = job
        for event in events {
            _ = try job.state.apply(event, at: time.now)
            job = try await backend.store.update(job, delivery: nil)
        }
        return job
    }
}
