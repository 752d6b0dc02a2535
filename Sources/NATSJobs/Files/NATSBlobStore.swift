#if NATS

import Foundation
import Jobs

/// Blobs in pieces, and a message for each that says what it consists of, which replaces the one before.
struct NATSBlobStore: BlobStore {
    let connection: NATSConnection
    let pieces: PieceStore
    let cache: FileCache
    let calls: BlockingCalls

    func put(_ job: JobID, _ name: String, file path: String) async throws -> Int {
        let subject = try subject(job, name)
        let former = try await stored(subject)
        let stored = try await pieces.store(path, name: name, below: "\(job).C")
        let value = try JSONEncoder().encode(stored)
        _ = try await connection.publish(value, to: subject, headers: ["Nats-Rollup": "sub"])
        if let former { try? await pieces.remove(former) }
        try await calls.run { try cache.keep(path, as: cache.blob(job, name, digest: stored.digest)) }
        return stored.size
    }

    func path(_ job: JobID, _ name: String) async throws -> String? {
        guard let stored = try await stored(try subject(job, name)) else { return nil }
        let path = cache.blob(job, name, digest: stored.digest)
        if try await calls.run({ cache.use(path) }) { return path }
        let fetched = cache.newTemporary()
        try await pieces.fetch(stored, to: fetched)
        try await calls.run { try cache.keep(fetched, as: path) }
        return path
    }

    func delete(_ job: JobID, _ name: String) async throws {
        let subject = try subject(job, name)
        guard let stored = try await stored(subject) else { return }
        try await connection.purge(pieces.stream.name, matching: subject)
        try await pieces.remove(stored)
        let path = cache.blob(job, name, digest: stored.digest)
        try await calls.run { Files.remove(path) }
    }

    func delete(_ job: JobID) async throws {
        for kind in ["M", "C"] {
            try await connection.purge(pieces.stream.name, matching: "\(pieces.stream.prefix)\(job).\(kind).>")
        }
        try await calls.run { cache.dropBlobs(job) }
    }

    private func stored(_ subject: String) async throws -> StoredFile? {
        guard let message = try await connection.last(subject, of: pieces.stream.name) else { return nil }
        return try JSONDecoder().decode(StoredFile.self, from: message.data)
    }

    private func subject(_ job: JobID, _ name: String) throws -> String {
        // A dot would part the subject.
        let token = Data(try BlobName.checked(name).utf8).hexadecimal
        return "\(pieces.stream.prefix)\(job).M.\(token)"
    }
}

#endif
