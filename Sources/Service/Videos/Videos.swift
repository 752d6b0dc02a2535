import Foundation
import HTTPServer
import HTTPTypes
import Jobs
import Media

/// Jobs as the API deals with them.
struct Videos: Sendable {
    let engine: JobEngine
    let library: AvatarLibrary
    let bakery: Bakery
    let speech: SpeechModel
    let voices: VoiceCatalogue
    /// Signs the links of jobs; nil where no keys are asked for.
    let signer: URLSigner?
    /// Whether webhooks may go over plain HTTP.
    var allowsPlainWebhooks = false

    // MARK: making and stopping

    /// - Throws: `HTTPError` 429; `JobsError`.
    func submit(
        _ spec: VideoSpec, files: [String: String], owner: Caller, idempotency: IdempotencyKey?
    ) async throws -> Submission {
        if let limit = owner.maximumJobs {
            let open = try await engine.list(
                JobFilter(owner: owner.owner, phases: [.queued, .inProgress]), limit: limit)
            guard open.count < limit else {
                throw HTTPError(
                    .tooManyRequests, kind: "queue-full",
                    detail: "\(open.count) jobs of this key wait or run already; come back in 30 seconds",
                    fields: [.retryAfter: "30"])
            }
        }
        return try await engine.submit(
            NewJob(
                owner: owner.owner, request: JSONEncoder().encode(spec), files: files, idempotency: idempotency,
                webhook: spec.webhook, need: await need(of: spec)?.text))
    }

    /// What a worker must have to plan the video; nil where all is done here.
    private func need(of spec: VideoSpec) async -> WorkerNeed? {
        guard engine.nodes != nil else { return nil }
        return await Blocking.run { [library] in
            (try? library.avatar(spec.avatar)).map { .avatar($0.avatar) }
        }
    }

    /// - Throws: `JobsError` `.ended` if it has.
    func cancel(_ job: Job) async throws -> Job {
        try await engine.cancel(job.id)
    }

    func delete(_ job: Job) async throws {
        try await engine.delete(job.id)
    }

    // MARK: looking

    /// The job that a request's path names.
    ///
    /// - Throws: `HTTPError` 404 if there is none, or if it is another's.
    func job(_ request: Request) async throws -> Job {
        let name = request.parameters["id"] ?? ""
        let caller = Caller(request)
        // A job of somebody else's is as none, so that nobody learns of it.
        guard let id = JobID(name), let job = try await engine.job(id), caller.hasToken || job.owner == caller.owner
        else {
            throw HTTPError(
                .notFound, detail: "there is no video \(name.prefix(64)); GET /v1/videos lists those there are")
        }
        return job
    }

    func list(owner: Caller, phase: JobPhase?, after: JobID?, limit: Int) async throws -> VideoListResource {
        let filter = JobFilter(owner: owner.owner, phases: phase.map { [$0] } ?? [])
        let jobs = try await engine.list(filter, after: after, limit: limit + 1)
        var resources: [VideoResource] = []
        for job in jobs.prefix(limit) { resources.append(try await resource(job)) }
        let hasMore = jobs.count > limit
        return VideoListResource(
            data: resources, has_more: hasMore, next: hasMore ? jobs[limit - 1].id.rawValue : nil)
    }

    func resource(_ job: Job) async throws -> VideoResource {
        var outlook = VideoResource.Outlook()
        if !job.phase.isEnded {
            let found = try await engine.outlook(job)
            // The engine counts from 1.
            outlook.queuePosition = found.queuePosition.map { max(0, $0 - 1) }
            outlook.secondsLeft = found.secondsLeft.map { $0.rounded() }
            outlook.framesUnderWay = found.framesUnderWay
            outlook.obstacle = found.obstacle
        }
        return VideoResource(job, spec: try VideoSpec(job), outlook: outlook, query: query(for: job.id))
    }

    func version(of job: Job) async throws -> Version {
        Version(try await resource(job), revision: job.revision)
    }

    // MARK: waiting

    /// The job now and after every change, until it ends.
    func changes(of job: Job) -> AsyncStream<Job> {
        engine.changes(of: job.id)
    }

    /// The job as soon as it has ended, or as it is after that time.
    func job(_ job: Job, endedWithin time: Duration) async -> Job {
        await latest(job, within: time) { $0.phase.isEnded }
    }

    /// The job as soon as it is another than this, or as it is after that time.
    func job(_ job: Job, changedWithin time: Duration) async -> Job {
        await latest(job, within: time) { $0.revision != job.revision }
    }

    private func latest(
        _ job: Job, within time: Duration, until isEnough: @escaping @Sendable (Job) -> Bool
    ) async -> Job {
        await withTaskGroup(of: Job?.self) { group in
            group.addTask {
                var last = job
                for await news in engine.changes(of: job.id) {
                    last = news
                    if isEnough(news) { break }
                }
                return last
            }
            group.addTask {
                try? await Task.sleep(for: time)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            return (try? await engine.job(job.id)) ?? job
        }
    }

    /// What a link to a job needs in its query; empty where no keys are asked for.
    func query(for id: JobID) -> String {
        guard let signer else { return "" }
        let signed = signer.sign("/v1/videos/\(id)")
        return String(signed.drop { $0 != "?" })
    }
}

struct VideoListResource: Encodable, Sendable {
    let object = "list"
    var data: [VideoResource]
    var has_more: Bool
    @Explicit var next: String? = nil
}
