#if NATS

import Foundation
import Jobs

/// Segments as messages, one subject each, of which the first is kept and any other refused: that is the fence. A segment
/// too large for a message lies in pieces elsewhere, and its message says where.
struct NATSSegmentStore: SegmentStore {
    private static let digest = "Adnerf-Digest"
    private static let layout = "Adnerf-Layout"

    let connection: NATSConnection
    let stream: NATSStream
    let pieces: PieceStore
    let cache: FileCache
    let calls: BlockingCalls

    func commit(_ job: JobID, _ index: Int, file path: String) async throws -> Bool {
        let subject = subject(job, index)
        let file = try await calls.run { try InputFile(path) }
        let limit = connection.maximumPayload - 4096
        let data = try await calls.run { try file.read(limit + 1) }
        let isFirst: Bool
        if data.count <= limit {
            let headers = [Self.digest: SHA256.hexadecimal(data)]
            isFirst = try await connection.publish(data, to: subject, expecting: .absent, headers: headers) != nil
        } else {
            let stored = try await pieces.store(path, name: "segment \(index)", below: "\(job).S")
            let headers = [Self.layout: "pieces"]
            let value = try JSONEncoder().encode(stored)
            isFirst = try await connection.publish(value, to: subject, expecting: .absent, headers: headers) != nil
            if !isFirst { try? await pieces.remove(stored) }
        }
        try await calls.run {
            if isFirst { try cache.keep(path, as: cache.segment(job, index)) } else { Files.remove(path) }
        }
        return isFirst
    }

    func path(_ job: JobID, _ index: Int) async throws -> String? {
        let path = cache.segment(job, index)
        if try await calls.run({ cache.use(path) }) { return path }
        let subject = subject(job, index)
        let headers = [Self.digest, Self.layout]
        var message = try await connection.direct(subject, from: 0, of: stream.name, headers: headers)
        // A server that lags behind is not to be believed that there is none.
        if message == nil { message = try await connection.last(subject, of: stream.name, headers: headers) }
        guard let message else { return nil }
        let fetched = cache.newTemporary()
        if message.headers[Self.layout] == "pieces" {
            try await pieces.fetch(try JSONDecoder().decode(StoredFile.self, from: message.data), to: fetched)
        } else {
            try await calls.run {
                guard SHA256.hexadecimal(message.data) == message.headers[Self.digest] else {
                    throw JobsError(.storage, subject, found: "another digest than that of the segment's bytes")
                }
                try OutputFile(fetched).write(message.data)
            }
        }
        try await calls.run { try cache.keep(fetched, as: path) }
        return path
    }

    func committed(_ job: JobID) async throws -> [Int] {
        let subjects = try await connection.subjects(of: stream.name, matching: "\(stream.prefix)\(job).*")
        return subjects.compactMap { $0.split(separator: ".").last.flatMap { Int($0) } }.sorted()
    }

    func delete(_ job: JobID) async throws {
        try await connection.purge(stream.name, matching: "\(stream.prefix)\(job).>")
        try await connection.purge(pieces.stream.name, matching: "\(pieces.stream.prefix)\(job).S.>")
        try await calls.run { cache.dropSegments(job) }
    }

    private func subject(_ job: JobID, _ index: Int) -> String { "\(stream.prefix)\(job).\(index)" }
}

#endif
