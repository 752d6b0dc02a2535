import Foundation
import HTTPServer
import HTTPTypes
import Jobs
import Logging
import Studio
import Testing

@testable import Service

/// The whole service in a folder of its own, without a socket: requests go straight to the responder.
final class TestService: Sendable {
    /// Every request's.
    static let requestID = "r1"

    let folder: TestFolder
    let clock: TestClock
    let parts: ServiceParts
    let pool: WorkerPool
    private let work: Task<Void, Never>?

    struct Options {
        /// Of a service that was there before; nil for a new one.
        var folder: TestFolder?
        /// Names that the tiny avatar goes by.
        var avatars = ["tiny"]
        var hasSpeechModel = true
        /// Whether jobs are worked on.
        var works = true
        /// The segment before which jobs wait for the gate to open.
        var gate: Int?
        /// Lines of the key file, `name:key[:limits]`, the key not yet hashed.
        var keys: [String] = []
        /// What bakes; nil for the engine.
        var workshop: (any BakeWorkshop)?
    }

    /// Nil unless the options ask for one.
    let gate: Gate?

    private init(_ options: Options, _ change: @Sendable (inout ServiceSettings) -> Void) async throws {
        folder = try options.folder ?? TestFolder()
        clock = TestClock()
        var settings = ServiceSettings()
        settings.avatars = folder.file("avatars")
        settings.data = folder.file("data")
        settings.reserve = 0
        settings.deepspeech = options.hasSpeechModel ? Fixture.path("speech/narrow.pb") : nil
        try FileManager.default.createDirectory(atPath: settings.avatars, withIntermediateDirectories: true)
        for name in options.avatars where options.folder == nil {
            try Fixture.copyAvatar(to: "\(settings.avatars)/\(name)")
        }
        if !options.keys.isEmpty {
            let lines = options.keys.map { line in
                var parts = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
                parts[1] = SHA256Digest.hexadecimal(parts[1])
                return parts.joined(separator: ":")
            }
            settings.apiKeyFile = try folder.write(Array(lines.joined(separator: "\n").utf8), to: "keys")
        }
        change(&settings)
        parts = try await ServiceParts(
            settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            metrics: PrometheusMetrics(), clock: clock.jobClock, workshop: options.workshop,
            shipped: ShippedFiles(executable: "/nowhere/bin/adnerf"))
        parts.readiness.become(.ready)
        let planner = VideoPlanner(
            library: parts.library, bakery: parts.bakery, speech: parts.videos.speech,
            maximumDuration: settings.maximumDuration)
        gate = options.gate.map { Gate(VideoPerformer(planner: planner), before: $0) }
        let pool = gate.map { [parts] in parts.engine.workers(2, performer: $0) } ?? parts.pool
        self.pool = pool
        work = options.works ? Task { await pool.run() } : nil
    }

    /// A service for the time of `body`, after which nothing that was uploaded lies around.
    static func run(
        _ options: Options = Options(), settings change: @Sendable (inout ServiceSettings) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation, _ body: (TestService) async throws -> Void
    ) async throws {
        let service = try await TestService(options, change)
        do {
            try await body(service)
        } catch {
            await service.close()
            throw error
        }
        #expect(service.uploads == [], sourceLocation: sourceLocation)
        await service.close()
    }

    /// Without anybody to work on jobs, which wait.
    static func runIdle(
        _ options: Options = Options(), settings change: @Sendable (inout ServiceSettings) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation, _ body: (TestService) async throws -> Void
    ) async throws {
        var options = options
        options.works = false
        try await run(options, settings: change, sourceLocation: sourceLocation, body)
    }

    private func close() async {
        // Work that waits at the gate is put back.
        parts.previews.stop()
        if let work {
            await pool.drain(deadline: .zero)
            await work.value
        }
        await parts.close()
    }

    /// Temporary files of uploads.
    var uploads: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: parts.engine.uploadFolder)) ?? ["no folder"]
    }

    // MARK: requests

    func response(
        _ method: HTTPRequest.Method, _ target: String, _ fields: HTTPFields = [:], body: RequestBody = RequestBody()
    ) async -> Response {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return await parts.responder.respond(
            to: Request(
                head: HTTPRequest(
                    method: method, scheme: "http", authority: "example.org", path: target, headerFields: fields),
                path: halves[0].removingPercentEncoding ?? "", query: halves.count > 1 ? String(halves[1]) : nil,
                body: body, id: Self.requestID))
    }

    func get(_ target: String, _ fields: HTTPFields = [:]) async throws -> Answer {
        try await Answer(response(.get, target, fields))
    }

    func post(_ target: String, _ fields: HTTPFields = [:], body: [UInt8] = []) async throws -> Answer {
        try await Answer(response(.post, target, fields, body: RequestBody(body)))
    }

    func delete(_ target: String, _ fields: HTTPFields = [:]) async throws -> Answer {
        try await Answer(response(.delete, target, fields))
    }

    /// `POST /v1/videos` with a form.
    func create(_ form: FormBody, _ fields: HTTPFields = [:]) async throws -> Answer {
        var fields = fields
        fields[.contentType] = FormBody.contentType
        return try await post("/v1/videos", fields, body: form.bytes)
    }

    /// `POST /v1/videos` with JSON.
    func create(json: String, _ fields: HTTPFields = [:]) async throws -> Answer {
        var fields = fields
        fields[.contentType] = "application/json"
        return try await post("/v1/videos", fields, body: Array(json.utf8))
    }

    /// Makes a job that is accepted.
    ///
    /// - Returns: its path.
    func submit(_ form: FormBody? = nil, _ fields: HTTPFields = [:]) async throws -> String {
        let answer = try await create(form ?? ["features": .file(Fixture.features(2))], fields)
        #expect(answer.status == 202, "\(answer.text)")
        return try #require(answer["Location"])
    }

    /// Waits for a job's end.
    func ended(_ path: String) async throws -> JSONValue {
        let id = try #require(JobID(path.split(separator: "/").last ?? ""))
        for await job in parts.engine.changes(of: id) where job.phase.isEnded { break }
        return try await get(path).json
    }
}
