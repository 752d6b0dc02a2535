#if NATS

import Foundation
import Jobs

/// What a published folder consists of, as it is stored: the message that makes it one, and replaces it.
struct FolderManifest: Hashable, Sendable {
    let folder: PublishedFolder
    /// Where the files' pieces are.
    let files: [StoredFile]

    private struct Wire: Codable {
        let name: String
        let files: [StoredFile]
        let details: Data
    }

    /// - Throws: `.invalid` for names and paths that cannot be.
    init(name: String, files: [StoredFile], details: Data) throws(JobsError) {
        folder = try PublishedFolder(
            name: name,
            files: files.map { PublishedFolder.File(path: $0.name, bytes: $0.size, digest: $0.digest) },
            details: details, hash: SHA256.hexadecimal)
        self.files = files
    }

    /// A stored one. It is not taken at its word: it says what is written where, and what is purged.
    ///
    /// - Parameter below: what the subjects of all its pieces begin with.
    /// - Throws: `.storage` for anything that this program would not have stored.
    init(reading data: Data, name: String, below: String) throws(JobsError) {
        func refused(_ found: String) -> JobsError {
            JobsError(
                .storage, "published folder \(name.debugDescription)", found: found,
                remedy: "remove it or publish it again")
        }
        guard let wire = try? JSONDecoder().decode(Wire.self, from: data) else { throw refused("no description of it") }
        guard wire.name == name else { throw refused("the description of another") }
        for file in wire.files {
            let (room, overflow) = file.pieces.multipliedReportingOverflow(by: PieceStore.pieceSize)
            guard file.pieces >= 0, !overflow, (0...room).contains(file.size) else {
                throw refused("\(file.size) bytes in \(file.pieces) pieces")
            }
            let own = file.subject.utf8.dropFirst(below.utf8.count)
            guard file.subject.hasPrefix(below), own.count == 22, own.allSatisfy(Self.isDigitOrLetter) else {
                throw refused("pieces that are another's")
            }
        }
        do throws(JobsError) {
            try self.init(name: name, files: wire.files, details: wire.details)
        } catch {
            throw refused("\(error)")
        }
    }

    func encoded() throws -> Data {
        try JSONEncoder().encode(Wire(name: folder.name, files: files, details: folder.details))
    }

    private static func isDigitOrLetter(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

#endif
