import Foundation
import Testing

@testable import Engine

/// The avatars that tests read: small ones of the repository, and the larger ones beside it where they are present.
enum AvatarFixtures {
    /// The repository's root.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    static let folder = root + "/Tests/Fixtures/avatars"
    static let tiny = folder + "/tiny"
    static let options = folder + "/options"
    /// Outside the repository, and so not everywhere.
    static let shared = root + "/../shared"
    static let hasShared = FileManager.default.fileExists(atPath: shared + "/avatars/random/trace.npz")
    static let hasSharedTracks = FileManager.default.fileExists(atPath: shared + "/tracks/release-transforms-val.json")

    /// Stands for a decoder: an avatar needs the background's size only.
    static func gray(_ path: String) -> Picture {
        Picture(width: 24, height: 24, channels: 3, bytes: [UInt8](repeating: 128, count: 24 * 24 * 3))
    }

    static func load(_ path: String) throws(EngineError) -> Avatar {
        try AvatarFolder.load(path: path, decodeImage: gray)
    }

    static func array(_ path: String) throws -> Tensor {
        try NumpyFile.read(path: path)
    }

    /// Runs a test on a copy of `tiny` that it may break.
    static func withCopy<Result>(of avatar: String = tiny, _ test: (AvatarCopy) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("avatar-\(UUID().uuidString)").path
        try FileManager.default.copyItem(atPath: avatar, toPath: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try test(AvatarCopy(path: path))
    }

    /// Writes a text into a file of its own for the duration of a test.
    static func withFile<Result>(_ text: String, name: String = "file.json", _ test: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("avatar-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: file)
        return try test(file.path)
    }
}

/// An avatar's folder that a test may change.
struct AvatarCopy {
    static let head = "100000_head.tar"
    static let body = "100000_body.tar"
    static let configuration = "TorsoNeRFTest_config.txt"

    let path: String

    func file(_ name: String) -> String { path + "/" + name }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: file(name))
    }

    func move(_ name: String, to other: String) throws {
        let target = file(other)
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: target).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: file(name), toPath: target)
    }

    func copy(_ name: String, to other: String) throws {
        try FileManager.default.copyItem(atPath: file(name), toPath: file(other))
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
    }

    func write(_ tensor: Tensor, to name: String) throws {
        try NumpyFile.write(tensor, to: file(name))
    }

    /// Adds a line to the configuration, which overrides an earlier one of the same key.
    func configure(_ line: String) throws {
        let text = try String(contentsOfFile: file(Self.configuration), encoding: .utf8)
        try write(text + line + "\n", to: Self.configuration)
    }

    /// Replaces the first occurrence of some bytes by as many others.
    func patch(_ name: String, _ old: Data, with new: Data) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: file(name)))
        let range = try #require(data.range(of: old))
        precondition(old.count == new.count)
        data.replaceSubrange(range, with: new)
        try data.write(to: URL(fileURLWithPath: file(name)))
    }
}
