import Foundation
import HTTPServer
import HTTPTypes
import Jobs

/// `/v1/videos`: ask for videos, follow them, stop them.
struct VideoRoutes: Sendable {
    let videos: Videos
    let reader: VideoRequestReader
    let watching: WatchRoutes
    let readiness: Readiness
    /// Bytes that a request may have.
    let maximumUpload: Int

    func register(on router: inout Router) {
        router.on(.post, "/v1/videos", bodyLimit: maximumUpload, create)
        router.on(.get, "/v1/videos", list)
        router.on(.get, "/v1/videos/{id}", show)
        router.on(.delete, "/v1/videos/{id}", remove)
        router.on(.post, "/v1/videos/{id}/cancel", cancel)
        router.on(.get, "/v1/videos/{id}/events", events)
    }

    // MARK: making

    private func create(_ request: Request) async throws -> Response {
        let type = try request.preferredType(of: ["application/json", "video/mp4", "video/webm"])
        guard readiness.current != .draining else {
            throw HTTPError(
                .serviceUnavailable, kind: "draining", detail: "the server is about to stop; come back in 5 seconds",
                fields: [.retryAfter: "5"])
        }
        let key = try Self.idempotencyKey(request)
        var reading = try await reader.read(request)
        let wantsVideo = type != "application/json"
        let (form, files) = (reading.form, reading.files)
        let videos = videos
        reading.form = try await Blocking.run {
            var form = form
            try form.finish(for: videos, preferred: type == "video/webm" ? .webm : .mp4)
            return form
        }
        if wantsVideo && reading.form.spec.format.mediaType != type {
            throw VideoForm.refusal(
                "format", reading.form.spec.format.rawValue, expected: "what Accept asks for, \(type)")
        }
        let submission = try await videos.submit(
            reading.form.spec, files: reading.form.files, owner: Caller(request),
            idempotency: key.map { IdempotencyKey(key: $0, digest: Data(reading.digest)) })
        // Until here the files were removed if anything went wrong; now they are the job's.
        withExtendedLifetime(files) {}
        if wantsVideo { return try await watching.video(of: submission.job, for: request, isAlone: key == nil) }
        return try await answer(submission, request)
    }

    private func answer(_ submission: Submission, _ request: Request) async throws -> Response {
        var job = submission.job
        var fields: HTTPFields = [.location: "/v1/videos/\(job.id)"]
        if case .existing = submission { fields[.idempotencyReplayed] = "true" }
        if let wait = request.preferences.wait {
            let granted = min(wait, Self.longestWait)
            job = await videos.job(job, endedWithin: .seconds(granted))
            fields[.preferenceApplied] = "wait=\(granted)"
        }
        let resource = try await videos.resource(job)
        guard !job.phase.isEnded || request.preferences.wait == nil else {
            fields[.location] = nil
            fields[.contentLocation] = "/v1/videos/\(job.id)"
            return try .json(resource, fields: fields)
        }
        fields[.retryAfter] = "2"
        return try .json(resource, .accepted, fields: fields)
    }

    private static func idempotencyKey(_ request: Request) throws -> String? {
        guard let key = request.head.headerFields[.idempotencyKey] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw HTTPError(
                .unprocessableContent, kind: "invalid-field",
                detail: "Idempotency-Key: \(key.utf8.count) bytes, expected 1 to 255 visible ASCII characters")
        }
        return key
    }

    // MARK: following

    private static let longestWait = 60

    private func list(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["application/json"])
        let query = try request.queryItems()
        let limit = try Self.number("limit", query["limit"], in: 1...100) ?? 20
        let phase = try query["status"].map { text in
            guard let phase = JobPhase(rawValue: text) else {
                throw VideoForm.refusal(
                    "status", "'\(text.prefix(64))'",
                    expected: JobPhase.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return phase
        }
        let after = try query["after"].map { text in
            guard let id = JobID(text) else {
                throw VideoForm.refusal("after", "'\(text.prefix(64))'", expected: "the 'next' of the page before")
            }
            return id
        }
        let page = try await videos.list(owner: Caller(request), phase: phase, after: after, limit: limit)
        return try .json(page)
    }

    private func show(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["application/json"])
        var job = try await videos.job(request)
        let wait = try Self.number("wait", request.queryItems()["wait"], in: 0...Self.longestWait) ?? 0
        var version = try await videos.version(of: job)
        if wait > 0, !job.phase.isEnded {
            let known = request.head.headerFields[.ifNoneMatch].map { Version.named(in: $0) } ?? version.change
            if known == version.change {
                job = await videos.job(job, changedWithin: .seconds(wait))
                version = try await videos.version(of: job)
            }
        }
        let etag = EntityTag(version.tag)
        if let answer = Response.answering(conditionsOf: request, etag: etag) { return answer }
        var fields: HTTPFields = [.eTag: "\(etag)", .cacheControl: "no-cache"]
        if !job.phase.isEnded { fields[.retryAfter] = "2" }
        return try .json(version.resource, fields: fields)
    }

    private func cancel(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["application/json"])
        let job = try await videos.job(request)
        return try .json(await videos.resource(try await videos.cancel(job)))
    }

    private func remove(_ request: Request) async throws -> Response {
        try await videos.delete(try await videos.job(request))
        return Response(.noContent)
    }

    private func events(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["text/event-stream"])
        let job = try await videos.job(request)
        // What this server cannot have sent is as none.
        let seen = request.head.headerFields[.lastEventID].flatMap { Int($0) }.flatMap { $0 > job.revision ? nil : $0 }
        if job.phase.isEnded, seen == job.revision {
            // Tells an EventSource that there is nothing to reconnect for (HTML standard, 9.2).
            return Response(.noContent)
        }
        return .events { stream in try await VideoEvents(videos: videos, job: job, seen: seen).send(to: stream) }
    }

    private static func number(_ name: String, _ text: String?, in range: ClosedRange<Int>) throws -> Int? {
        guard let text else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw VideoForm.refusal(
                name, "'\(text.prefix(64))'", expected: "a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }
}

extension HTTPField.Name {
    static let idempotencyReplayed = Self("Idempotency-Replayed")!
    static let videoID = Self("X-Video-Id")!
}
