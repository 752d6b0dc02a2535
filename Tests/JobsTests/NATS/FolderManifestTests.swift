#if NATS

import Foundation
import Testing

@testable import Jobs
@testable import NATSJobs

/// What is stored of a published folder, read back from an engine that others write to, too.
@Suite struct FolderManifestTests {
    private static let below = "adnerf.folders.C.66."
    private static let unique = "0123456789ABCDEFGHIJab"

    private func file(
        _ name: String = "a", size: Int = 3, subject: String = Self.below + Self.unique, pieces: Int = 1
    ) -> StoredFile {
        StoredFile(
            name: name, size: size, digest: String(repeating: "0", count: 64), subject: subject, start: 1,
            pieces: pieces)
    }

    /// As it would be stored by somebody who checks nothing.
    private func wire(_ files: [StoredFile], name: String = "f") throws -> Data {
        struct Wire: Encodable {
            let name: String
            let files: [StoredFile]
            let details: Data
        }
        return try JSONEncoder().encode(Wire(name: name, files: files, details: Data("{}".utf8)))
    }

    private func read(_ data: Data) throws -> FolderManifest {
        try FolderManifest(reading: data, name: "f", below: Self.below)
    }

    @Test func itComesBackAsItWas() throws {
        let large = file("b/c", size: PieceStore.pieceSize + 1, pieces: 2)
        let manifest = try FolderManifest(name: "f", files: [large, file()], details: Data("{}".utf8))
        #expect(try read(manifest.encoded()) == manifest)
        #expect(try read(wire([large, file()])) == manifest)
        #expect(manifest.folder.digest == SHA256.hexadecimal(Data(manifest.folder.listing.utf8)))
    }

    @Test func theLargestFitsIntoAMessage() throws {
        // A quotation mark is two bytes of JSON.
        let path = String(repeating: "\"", count: 252)
        let name = String(repeating: "\"", count: 100)
        let below = "\(String(repeating: "n", count: 32)).folders.C.\(String(repeating: "2", count: 200))."
        let files = (100..<350).map { number in
            StoredFile(
                name: "\(path)\(number)", size: 1_000_000_000_000_000, digest: String(repeating: "0", count: 64),
                subject: below + Self.unique, start: .max, pieces: 10_000_000_000)
        }
        let manifest = try FolderManifest(name: name, files: files, details: Data(count: 32_768))
        #expect(try manifest.encoded().count < PieceStore.minimumPayload - 4096)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let bad = [
            [file("../a")], [file("/a")], [file(), file()], [file(), file("a/b")], [],
            [file(size: -1)], [file(pieces: -1)], [file(size: PieceStore.pieceSize + 1)], [file(size: 1, pieces: 0)],
            [file(pieces: .max)],
            [file(subject: ">")], [file(subject: Self.below + ">")],
            [file(subject: "adnerf.folders.C.67." + Self.unique)],
            [file(subject: Self.below + "0123456789.BCDEFGHIJab")], [file(subject: Self.below + Self.unique + "x")],
        ]
        for files in bad {
            let error = try #require(throws: JobsError.self) { try read(wire(files)) }
            #expect(error.code == .storage && error.description.contains("\"f\""), "\(error)")
        }
        for data in [Data(), Data("[]".utf8), Data("{\"name\":\"f\"}".utf8), try wire([file()], name: "g")] {
            #expect(throws: JobsError.self) { try read(data) }
        }
    }

    @Test func damageIsNeverFatal() throws {
        let good = try FolderManifest(name: "f", files: [file(), file("b/c")], details: Data("{}".utf8)).encoded()
        var random = SeededGenerator(seed: 6)
        for _ in 0..<2_000 {
            var data = good
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                data[Int.random(in: 0..<data.count, using: &random)] = UInt8.random(in: 32..<127, using: &random)
            }
            if Bool.random(using: &random) { data.removeLast(Int.random(in: 0..<data.count, using: &random)) }
            guard let manifest = try? read(data) else { continue }
            #expect(manifest.folder.name == "f")
            #expect(manifest.files.allSatisfy { $0.subject.hasPrefix(Self.below) && !$0.name.contains("..") })
        }
    }
}

#endif
