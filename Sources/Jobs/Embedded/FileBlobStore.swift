import Foundation

/// Blobs as files: fsync the file, rename it over whatever had its name, fsync the folder.
struct FileBlobStore: BlobStore {
    let folder: DataFolder
    let calls: BlockingCalls

    func put(_ job: JobID, _ name: String, file path: String) async throws -> Int {
        let target = try self.path(of: name, job)
        return try await calls.run {
            let bytes = Files.size(path) ?? 0
            let source = try folder.take(path)
            try folder.probe(.blobSynced)
            try folder.prepare(folder.blobs(job), of: job)
            let replaced = Files.size(target) ?? 0
            guard rename(source, target) == 0 else { throw Files.failure(target, "cannot be stored") }
            folder.account(bytes - replaced)
            try Files.sync(folder.blobs(job))
            try folder.probe(.blobMoved)
            return bytes
        }
    }

    func path(_ job: JobID, _ name: String) async throws -> String? {
        let path = try self.path(of: name, job)
        return try await calls.run { Files.exists(path) ? path : nil }
    }

    func delete(_ job: JobID, _ name: String) async throws {
        let path = try self.path(of: name, job)
        try await calls.run {
            let bytes = Files.size(path) ?? 0
            if unlink(path) == 0 { folder.account(-bytes) }
        }
    }

    func delete(_ job: JobID) async throws {
        try await calls.run { try folder.discard(folder.blobs(job), of: job) }
    }

    private func path(of name: String, _ job: JobID) throws -> String {
        "\(folder.blobs(job))/\(try BlobName.checked(name))"
    }
}
