import Foundation
import Logging

extension JobBackend {
    /// SQLite and files in one folder, which is made when missing.
    ///
    /// - Throws: `.folderInUse` when another server has it, `.storage` when it cannot be used.
    public static func embedded(
        folder: String, settings: JobEngineSettings, clock: JobClock, logger: Logger
    ) async throws -> JobBackend {
        try await embedded(folder: folder, settings: settings, clock: clock, logger: logger, probe: { _ in })
    }

    static func embedded(
        folder path: String, settings: JobEngineSettings, clock: JobClock, logger: Logger,
        probe: @escaping CrashPoint.Probe
    ) async throws -> JobBackend {
        let calls = BlockingCalls(label: "jobs.files", threads: 4)
        let (folder, database) = try await calls.run {
            let folder = try DataFolder(path, probe: probe)
            return (folder, try SQLiteDatabase(path: folder.database))
        }
        let store = SQLiteJobStore(database, recordRetention: settings.recordRetention, probe: probe)
        let keepers = try await store.keepers()
        try await calls.run { try removeOrphans(in: folder, keeping: keepers, logger) }
        let ledger = LeaseLedger(database: database)
        let schedule = FairSchedule(
            openJobsPerOwner: settings.openJobsPerOwner, interruptions: try await ledger.recover())
        let queue = EmbeddedWorkQueue(schedule, ledger: ledger, clock: clock, probe: probe)
        return JobBackend(
            store: store, queue: queue,
            segments: FileSegmentStore(folder: folder, calls: calls),
            blobs: FileBlobStore(folder: folder, calls: calls),
            deliveries: SQLiteDeliveryStore(database: database),
            shared: { name, proposal in try await calls.run { try folder.shared(name, proposal) } },
            temporaryFolder: folder.temporary, uploadFolder: folder.uploads,
            disk: { DiskUsage(used: folder.usedBytes, free: try Files.freeBytes(folder.path)) },
            check: { _ = try await store.counts() },
            close: {
                store.close()
                queue.close()
                try? await calls.run {
                    try? database.pool.close()
                    folder.unlock()
                }
            })
    }

    /// Removes the files of jobs that never came to be, were removed, or have ended without a file to show.
    private static func removeOrphans(in folder: DataFolder, keeping keepers: Set<String>, _ logger: Logger) throws {
        for name in Files.list(folder.jobs) where !keepers.contains(name) {
            guard let job = JobID(name) else {
                logger.warning("not a job's folder, left alone", metadata: ["path": "\(folder.jobs)/\(name)"])
                continue
            }
            try folder.discard(folder.segments(job), of: job)
            try folder.discard(folder.blobs(job), of: job)
            logger.info("files without a job removed", metadata: ["job": "\(job)"])
        }
    }
}
