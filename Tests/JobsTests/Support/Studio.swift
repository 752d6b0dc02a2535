import Foundation
import Logging

@testable import Jobs

/// An engine in a scratch folder with its workers, fast enough for tests; with NATS one node of any number.
struct Studio {
    let scratch: Scratch
    let engine: JobEngine
    let performer: TestPerformer

    static var settings: JobEngineSettings {
        var settings = JobEngineSettings()
        settings.backoff = .milliseconds(1)
        settings.noSpaceBackoff = .milliseconds(1)
        settings.idlePoll = .milliseconds(5)
        settings.diskReserve = 0
        return settings
    }

    static var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    init(
        on kind: TestEngine = .embedded, _ performer: TestPerformer = TestPerformer(),
        name: String = TestEngine.newName(), settings: JobEngineSettings = Self.settings, clock: JobClock = .system,
        scratch: Scratch? = nil
    ) async throws {
        self.scratch = try scratch ?? Scratch()
        self.performer = performer
        let folder = self.scratch.folder("data")
        guard kind != .embedded else {
            engine = try await JobEngine.open(folder: folder, settings: settings, clock: clock, logger: Self.logger)
            return
        }
        let backend = try await kind.backend(in: folder, settings: settings, clock: clock, name: name)
        engine = try await JobEngine(backend: backend, settings: settings, clock: clock, logger: Self.logger)
    }

    var data: String { scratch.folder("data") }

    func submit(segments: Int, owner: String = "me", key: String? = nil) async throws -> Submission {
        let request = TestPerformer.request(segments: segments)
        return try await engine.submit(
            NewJob(
                owner: owner, request: request, files: ["audio": try scratch.file("sound")],
                idempotency: key.map { IdempotencyKey(key: $0, digest: request) }))
    }

    /// Runs workers meanwhile.
    func working<Value>(_ workers: Int = 2, _ body: (WorkerPool) async throws -> Value) async throws -> Value {
        let pool = engine.workers(workers, performer: performer)
        let work = Task { await pool.run() }
        let result: Result<Value, any Error>
        do { result = .success(try await body(pool)) } catch { result = .failure(error) }
        await pool.drain(deadline: .zero)
        await work.value
        return try result.get()
    }

    /// The job once it has ended.
    func end(of id: JobID) async throws -> Job? {
        for await _ in engine.changes(of: id) {}
        return try await engine.job(id)
    }
}
