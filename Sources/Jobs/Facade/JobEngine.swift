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
public final class JobEngine: Sendable {
    /// Opens the embedded engine: SQLite and files in one folder, which is made when missing, and which no other server
    /// may use meanwhile. Work goes on where it stopped, however it stopped.
    ///
    /// - Throws: `.folderInUse` when another server has it, `.storage` when it cannot be used.
    public static func open(
        folder: String, settings: JobEngineSettings = JobEngineSettings(), clock: JobClock = .system, logger: Logger
    ) async throws -> JobEngine { fatalError() }

    /// The outbox of webhooks.
    public var deliveries: any DeliveryStore { fatalError() }
    /// An existing folder for uploads in progress, on the volume of the stores so that files are moved and not copied.
    public var uploadFolder: String { fatalError() }

    /// - Throws: `.queueFull` with `retryAfter`, `.noSpace`, `.idempotencyMismatch`, `.invalid` for a bad file name. The
    ///   files are gone afterwards unless it throws.
    public func submit(_ new: NewJob) async throws -> Submission { fatalError() }
    public func job(_ id: JobID) async throws -> Job? { fatalError() }
    /// Jobs from the newest to the oldest, at most `limit`, all older than `cursor`.
    public func list(_ filter: JobFilter, after cursor: JobID? = nil, limit: Int) async throws -> [Job] { fatalError() }
    /// - Throws: `.notFound`; `.ended` when the job has ended.
    @discardableResult
    public func cancel(_ id: JobID) async throws -> Job { fatalError() }
    /// Cancels the job if it runs, and removes it with its files; false if there was none.
    @discardableResult
    public func delete(_ id: JobID) async throws -> Bool { fatalError() }

    /// The job as it is now and after each change, always the latest; ends with the job's end, or its removal.
    public func changes(of id: JobID) -> AsyncStream<Job> { fatalError() }
    /// Changes of all jobs from now on; a reader that is slow misses some.
    public func allChanges() -> AsyncStream<JobChange> { fatalError() }
    /// The file of a segment, as soon as there is one.
    ///
    /// - Throws: `.notFound` when there is no such job or its plan has no such segment, `.ended` when the job ends before
    ///   or its files have expired.
    public func segmentReady(_ id: JobID, _ index: Int) async throws -> String { fatalError() }
    /// The file of a blob; nil when there is none.
    public func blob(_ id: JobID, _ name: String) async throws -> String? { fatalError() }
    public func outlook(_ job: Job) async throws -> JobOutlook { fatalError() }
    public func statistics() async throws -> JobStatistics { fatalError() }

    /// A pool of workers, of which there should be one.
    public func workers(_ count: Int, performer: any Performer) -> WorkerPool { fatalError() }
    /// Looks after expiry until the task is cancelled.
    public func maintain() async { fatalError() }
    /// Removes what has expired by now.
    public func sweep() async throws { fatalError() }
    /// Gives the data folder back; to be called last.
    public func close() async { fatalError() }
}
