#if NATS

import Foundation
import Jobs

/// Files of any size as messages that every server takes: the layout of the official Object Store, but with the job in the
/// subject, so that all files of a job are removed by one purge and listed without reading those of others.
struct PieceStore: Sendable {
    /// Bytes of a message.
    static let pieceSize = 256 << 10
    /// What the engine has to take, for pieces and for what describes them.
    static let minimumPayload = pieceSize + 64 << 10
    /// How long a server may lag behind its leader.
    private static let lag = Duration.seconds(5)

    let connection: NATSConnection
    let stream: NATSStream
    let calls: BlockingCalls

    /// Stores a file's bytes.
    ///
    /// - Parameter progress: told how many of them are stored.
    /// - Throws: `.noSpace` when the engine is full, `.storage` when the file cannot be read, `CancellationError`.
    func store(
        _ path: String, name: String, below subject: String, progress: @Sendable (_ bytes: Int) -> Void = { _ in }
    ) async throws -> StoredFile {
        let subject = "\(stream.prefix)\(subject).\(NATSUnique.next())"
        let file = try await calls.run { try InputFile(path) }
        do {
            var hash = SHA256()
            var (size, pieces, start) = (0, 0, UInt64(0))
            while true {
                try Task.checkCancellation()
                let data = try await calls.run { try file.read(Self.pieceSize) }
                guard !data.isEmpty else { break }
                hash.update(data)
                let sequence = try await connection.publish(data, to: subject) ?? 0
                if pieces == 0 { start = sequence }
                pieces += 1
                size += data.count
                progress(size)
            }
            return StoredFile(
                name: name, size: size, digest: hash.finish().hexadecimal, subject: subject, start: start,
                pieces: pieces)
        } catch {
            try? await connection.purge(stream.name, matching: subject, patience: .zero)
            throw error
        }
    }

    /// Writes a stored file to a new one at `path`, and verifies it.
    ///
    /// - Throws: `.storage` when pieces are missing or wrong, `CancellationError`.
    func fetch(_ stored: StoredFile, to path: String) async throws {
        let file = try await calls.run { try OutputFile(path) }
        do {
            var hash = SHA256()
            var next = stored.start
            var size = 0
            for number in 0..<stored.pieces {
                try Task.checkCancellation()
                guard let piece = try await piece(stored.subject, from: next) else {
                    throw JobsError(
                        .storage, stored.name, found: "piece \(number) of \(stored.pieces) is missing in the engine")
                }
                hash.update(piece.data)
                size += piece.data.count
                next = piece.sequence + 1
                try await calls.run { try file.write(piece.data) }
            }
            let digest = hash.finish().hexadecimal
            guard size == stored.size, digest == stored.digest else {
                throw JobsError(
                    .storage, stored.name, found: "\(size) bytes of digest \(digest) in the engine",
                    expected: "\(stored.size) of \(stored.digest)")
            }
        } catch {
            Files.remove(path)
            throw error
        }
    }

    func remove(_ stored: StoredFile) async throws {
        try await connection.purge(stream.name, matching: stored.subject)
    }

    /// A piece, from any server; one may lag behind.
    private func piece(_ subject: String, from sequence: UInt64) async throws -> NATSMessage? {
        let end = ContinuousClock.now + Self.lag
        while true {
            if let piece = try await connection.direct(subject, from: sequence, of: stream.name) { return piece }
            guard ContinuousClock.now < end else { return nil }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

#endif
