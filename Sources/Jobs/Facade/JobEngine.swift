import Foundation
import Logging

/// Jobs, for a service: submits, follows, cancels and removes them, and runs the workers.
///
///     let engine = try await JobEngine.open(folder: "data", logger: logger)
///     let pool = engine.workers(4, performer: performer)
///     async let work: Void = pool.run()
///     let job = try await engine.submit(NewJob(owner: "me", request: json, files: ["audio": upload])).job
///     for await news in engine.changes(of: job.id) { print(news.state.progress) }
///     await pool.drain(deadline: .seconds(10))
///     await engine.close()
///
/// The order of things keeps everything through an end at any moment: first the file, then the record, then the queue.
/// A segment is its file; a record may lag behind its segments, never be ahead of them; the queue follows from both.
public final class JobEngine: Sendable {
    let backend: JobBackend
    let settings: JobEngineSettings
    let clock: JobClock
    let logger: Logger
    let meter = JobMeter()
    let running = RunningWork()
    let followers = Followers()
    let identifiers: JobIDGenerator

    /// Stands an engine on stores of any kind, and takes up the work that is unfinished there.
    public init(
        backend: JobBackend, settings: JobEngineSettings = JobEngineSettings(), clock: JobClock = .system,
        logger: Logger
    ) async throws {
        self.backend = backend
        var settings = settings
        if settings.node.isEmpty, backend.nodes != nil { settings.node = "node-\(UUID().uuidString.prefix(8))" }
        self.settings = settings
        self.clock = clock
        self.logger = logger
        identifiers = JobIDGenerator(now: clock.now)
        passOnNews()
        try await recover()
    }

    /// Opens the embedded engine: SQLite and files in one folder, which is made when missing, and which no other server
    /// may use meanwhile. Work goes on where it stopped, however it stopped.
    ///
    /// - Throws: `.folderInUse` when another server has it, `.storage` when it cannot be used.
    public static func open(
        folder: String, settings: JobEngineSettings = JobEngineSettings(), clock: JobClock = .system, logger: Logger
    ) async throws -> JobEngine {
        let backend = try await JobBackend.embedded(folder: folder, settings: settings, clock: clock, logger: logger)
        do {
            return try await JobEngine(backend: backend, settings: settings, clock: clock, logger: logger)
        } catch {
            await backend.close()
            throw error
        }
    }

    /// The outbox of webhooks.
    public var deliveries: any DeliveryStore { backend.deliveries }

    /// A small value that all programs on this engine have in common, now and later: the first that anybody proposed.
    public func shared(_ name: String, proposal: Data) async throws -> Data {
        try await backend.shared(name, proposal)
    }

    /// Throws what keeps the engine from taking work just now.
    public func check() async throws { try await backend.check() }

    /// What is published for all programs on this engine; nil where this program is the only one.
    public var folders: (any FolderStore)? { backend.folders }

    /// The nodes with workers, as they tell of themselves; nil where this program is the only one.
    public var nodes: [Node]? { backend.nodes?.nodes() }

    /// An existing folder for uploads in progress, on the volume of the stores so that files are moved and not copied;
    /// it is emptied at each start.
    public var uploadFolder: String { backend.uploadFolder }

    /// A pool of workers; an engine has one.
    public func workers(_ count: Int, performer: any Performer) -> WorkerPool {
        WorkerPool(engine: self, count: count, performer: performer)
    }

    /// Gives back what the stores hold; to be called last, once the workers are done.
    public func close() async {
        await backend.close()
        followers.finish()
    }

    private func passOnNews() {
        // Ends with the store's stream, so it needs no task to be kept; and it does not keep the engine.
        let (changes, followers, running) = (backend.store.changes(), followers, running)
        Task {
            for await change in changes {
                switch change {
                case .changed(let job):
                    if job.phase.isEnded { running.cancel(job.id) }
                    followers.publish(job)
                case .removed(let id):
                    running.cancel(id)
                    followers.remove(id)
                }
            }
            followers.finish()
        }
    }
}
