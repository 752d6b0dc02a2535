import Foundation

extension JobEngine {
    /// Takes a job in, durably before it returns. Its files belong to the engine from the call on, whatever comes of
    /// it.
    ///
    /// - Throws: `.queueFull` with `retryAfter`, `.noSpace`, `.idempotencyMismatch`, `.invalid` for a bad blob name.
    public func submit(_ new: NewJob) async throws -> Submission {
        do {
            return try await shielded { try await self.take(new) }
        } catch {
            for path in new.files.values { Files.remove(path) }
            if let error = error as? JobsError { meter.refused(error.code) }
            throw error
        }
    }

    private func take(_ new: NewJob) async throws -> Submission {
        for name in new.files.keys { _ = try BlobName.checked(name) }
        try await checkSpace(for: new.files.values.reduce(0) { $0 + (Files.size($1) ?? 0) })
        let job = Job(
            id: identifiers.next(), owner: new.owner, request: new.request, inputs: new.files.keys.sorted(),
            webhook: new.webhook, need: new.need, createdAt: clock.now(),
            retention: max(0, new.retention ?? settings.retention))
        do {
            for (name, path) in new.files { try await backend.blobs.put(job.id, name, file: path) }
            let creation = try await backend.store.create(job, idempotency: new.idempotency, limits: settings.limits)
            switch creation {
            case .created(let job):
                try await backend.queue.add([.plan], of: job.id, owner: job.owner, need: job.need)
                meter.submitted()
                return .created(job)
            case .existing(let existing):
                try await backend.blobs.delete(job.id)
                return .existing(existing)
            case .mismatch:
                throw JobsError(
                    .idempotencyMismatch, "Idempotency-Key", found: "a key that was used with another request",
                    remedy: "use a new key for a new request")
            case .full(let unfinished):
                throw JobsError(
                    .queueFull, "queue", found: "\(unfinished) unfinished jobs", expected: "fewer",
                    remedy: "try again later", retryAfter: await secondsToNextEnd())
            }
        } catch {
            // Of an engine that does not answer it would be too much to ask; files without a job are tidied away some day.
            if (error as? JobsError)?.code != .unavailable { try? await backend.blobs.delete(job.id) }
            throw error
        }
    }

    private func checkSpace(for bytes: Int) async throws {
        let usage = try await backend.disk()
        if let quota = settings.diskQuota, usage.used > quota || bytes > quota - usage.used {
            throw JobsError(
                .noSpace, "disk quota", found: "\(usage.used) of \(quota) bytes in use",
                remedy: "delete jobs, or wait until some expire")
        }
        // Uploads lie on the same volume as a rule, and are counted already.
        guard usage.free >= settings.diskReserve else {
            throw JobsError(
                .noSpace, "disk", found: "\(usage.free) bytes left", expected: "at least \(settings.diskReserve)",
                remedy: "delete jobs, or make room on the volume")
        }
    }

    /// Seconds after which one of the unfinished jobs has probably ended: 1...600.
    private func secondsToNextEnd() async -> Int {
        guard let rate = poolRate, rate > 0,
            let backlog = try? await backend.store.backlog(cappedAt: JobPlan.maximumFrames), backlog.jobs > 0
        else { return 10 }
        let frames = Double(backlog.frames) + Double(backlog.unplanned) * (framesPerJob ?? 0)
        return Int(min(max(1, frames / rate / Double(backlog.jobs)), 600).rounded(.up))
    }
}
