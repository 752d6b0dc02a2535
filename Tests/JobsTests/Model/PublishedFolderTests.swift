import Foundation
import Testing

@testable import Jobs

/// What may be published, whatever the engine.
@Suite struct PublishedFolderTests {
    private static let digest = String(repeating: "0a", count: 32)

    private func folder(
        _ name: String = "face", _ files: [String: Int] = ["a": 1], details: Data = Data(), digest: String = Self.digest
    ) throws -> PublishedFolder {
        try PublishedFolder(
            name: name, files: files.map { PublishedFolder.File(path: $0, bytes: $1, digest: digest) },
            details: details, hash: { String(decoding: $0, as: UTF8.self) })
    }

    @Test func itsDigestIsOfTheFilesInTheirOrder() throws {
        let made = try folder("ä b", ["b/c.tar": 2, "a": 0, "b.npy": 40], details: Data([7]))
        #expect(made.files.map(\.path) == ["a", "b.npy", "b/c.tar"])
        #expect(made.bytes == 42)
        #expect(made.digest == made.listing)
        #expect(made.listing == ["a", "b.npy", "b/c.tar"].map { "\(Self.digest)  \($0)\n" }.joined())
    }

    @Test(arguments: [
        "", ".", "..", ".hidden", "a/b", "/a", "a\nb", "a\0", "\u{7F}", String(repeating: "x", count: 101),
    ])
    func namesThatAreNoFoldersAreRefused(_ name: String) throws {
        let error = try #require(throws: JobsError.self) { try folder(name) }
        #expect(error.code == .invalid && !error.description.contains("\n"))
    }

    @Test(arguments: [
        [""], ["/etc/passwd"], ["../a"], ["a/../../b"], ["a/.."], ["./a"], ["a//b"], ["a/"], ["a\nb"], ["a\0"],
        [String(repeating: "x", count: 256)], ["a", "a/b"], ["a/b/c", "a/b"],
    ])
    func pathsThatDoNotLieInTheFolderAreRefused(_ paths: [String]) throws {
        let files = Dictionary(uniqueKeysWithValues: paths.map { ($0, 1) })
        let error = try #require(throws: JobsError.self) { try folder("face", files) }
        #expect(error.code == .invalid && !error.description.contains("\n"))
    }

    @Test func nothingElseThatCannotBeIsTaken() throws {
        let many = Dictionary(uniqueKeysWithValues: (0..<251).map { ("\($0)", 1) })
        for files in [[:], many, ["a": -1], ["a": .max, "b": 1]] {
            #expect(throws: JobsError.self) { try folder("face", files) }
        }
        for digest in ["", String(Self.digest.dropLast()), Self.digest.uppercased(), Self.digest + "\n"] {
            #expect(throws: JobsError.self) { try folder(digest: digest) }
        }
        #expect(throws: JobsError.self) { try folder(details: Data(count: 32_769)) }
        #expect(throws: JobsError.self) { try FolderRules.check(paths: ["a", "b", "a"]) }
        #expect(try folder("face", ["a/.hidden": .max]).bytes == .max)
    }
}
