import Foundation

/// Segments as files. A segment is committed once its name is there, and the name is there only with all of its bytes:
/// fsync the file, link it under its name (which fails when somebody was first), fsync the folder.
struct FileSegmentStore: SegmentStore {
    let folder: DataFolder
    let calls: BlockingCalls

    func commit(_ job: JobID, _ index: Int, file path: String) async throws -> Bool {
        try await calls.run { try commitNow(job, index, path) }
    }

    func path(_ job: JobID, _ index: Int) async throws -> String? {
        let path = path(of: index, job)
        return try await calls.run { Files.exists(path) ? path : nil }
    }

    func committed(_ job: JobID) async throws -> [Int] {
        let folder = folder.segments(job)
        return try await calls.run { Files.list(folder).compactMap { Int($0) }.sorted() }
    }

    func delete(_ job: JobID) async throws {
        try await calls.run { try folder.discard(folder.segments(job), of: job) }
    }

    private func path(of index: Int, _ job: JobID) -> String {
        let number = String(index)
        return folder.segments(job) + "/" + String(repeating: "0", count: max(0, 5 - number.count)) + number
    }

    private func commitNow(_ job: JobID, _ index: Int, _ path: String) throws -> Bool {
        try folder.probe(.segmentWritten)
        let bytes = Files.size(path) ?? 0
        let source = try folder.take(path)
        try folder.probe(.segmentSynced)
        let target = self.path(of: index, job)
        for attempt in 1... {
            try folder.prepare(folder.segments(job), of: job)
            if link(source, target) == 0 { break }
            if errno == EEXIST {
                Files.remove(source)
                return false
            }
            // The job's folder may have been removed since it was prepared.
            guard errno == ENOENT, attempt < 3 else { throw Files.failure(target, "cannot be committed") }
        }
        folder.account(bytes)
        try folder.probe(.segmentLinked)
        Files.remove(source)
        try Files.sync(folder.segments(job))
        try folder.probe(.segmentCommitted)
        return true
    }
}
