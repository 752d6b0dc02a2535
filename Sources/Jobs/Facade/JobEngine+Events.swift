import Foundation

extension JobEngine {
    /// How often a record is read again because somebody else has changed it meanwhile.
    private static let attempts = 100

    /// Takes an event into a job's record, and does what follows from it.
    ///
    /// - Throws: `.notFound`, `.illegalTransition`.
    @discardableResult
    func apply(_ event: JobEvent, to id: JobID) async throws -> Job {
        try await shielded { [self] in
            for _ in 1..<Self.attempts {
                do {
                    return try await applyOnce(event, to: id)
                } catch let error as JobsError where error.code == .conflict {}
            }
            return try await applyOnce(event, to: id)
        }
    }

    private func applyOnce(_ event: JobEvent, to id: JobID) async throws -> Job {
        guard let found = try await backend.store.job(id) else {
            throw JobsError(.notFound, id.rawValue, found: "no such job")
        }
        var job = found
        let actions = try job.state.apply(event, at: clock.now())
        guard job.state != found.state else { return found }
        let stored = try await backend.store.update(job, delivery: delivery(from: found, to: job))
        meter.note(event)
        for action in actions { try await perform(action, for: stored) }
        return stored
    }

    /// The message that a job's end calls for.
    private func delivery(from old: Job, to new: Job) -> Delivery? {
        guard let url = new.webhook, new.phase.isEnded, !old.phase.isEnded, let time = new.state.endedAt else {
            return nil
        }
        // One for each job, as a job ends but once.
        let id = "msg_" + new.id.rawValue.dropFirst(JobID.prefix.count)
        return Delivery(id: id, job: new.id, url: url, phase: new.phase, createdAt: time, nextAt: time)
    }

    private func perform(_ action: JobAction, for job: Job) async throws {
        switch action {
        case .enqueue(let kinds):
            try await backend.queue.add(kinds, of: job.id, owner: job.owner, need: job.need)
        case .dropWork:
            running.cancel(job.id)
            try await backend.queue.remove(job.id)
        case .releaseInputs:
            guard !settings.keepsInputs else { return }
            for name in job.inputs where name != job.state.artifact?.name {
                try await backend.blobs.delete(job.id, name)
            }
        case .removeFiles:
            try await removeFiles(of: job.id)
        }
    }
}
