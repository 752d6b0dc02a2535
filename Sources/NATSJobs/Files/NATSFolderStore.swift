#if NATS

import Foundation
import Jobs
import Logging
import Synchronization

/// Folders in a stream of their own: the files' pieces, and a message for each folder that says what it consists of and
/// replaces the one before. There is a folder exactly while there is that message.
final class NATSFolderStore: FolderStore {
    let connection: NATSConnection
    let pieces: PieceStore
    private let calls: BlockingCalls
    private let logger: Logger
    /// Messages that were found bad, so that each is told of once.
    private let bad = Mutex<Set<UInt64>>([])

    init(connection: NATSConnection, pieces: PieceStore, calls: BlockingCalls, logger: Logger) {
        self.connection = connection
        self.pieces = pieces
        self.calls = calls
        self.logger = logger
    }

    func publish(
        _ name: String, files: [String: String], details: Data, progress: @escaping @Sendable (_ bytes: Int) -> Void
    ) async throws -> PublishedFolder {
        try FolderRules.check(name: name)
        try FolderRules.check(paths: Array(files.keys))
        let subject = subject(name)
        let former = try await connection.last(subject, of: pieces.stream.name)
        let manifest = try await stored(name, files, details, progress)
        let isStored = try await connection.publish(
            try manifest.encoded(), to: subject, expecting: former.map { .sequence($0.sequence) } ?? .absent,
            headers: ["Nats-Rollup": "sub"])
        guard isStored != nil else {
            await remove(manifest.files)
            throw JobsError(
                .conflict, name, found: "published by somebody else meanwhile", remedy: "look at it, and try again")
        }
        try? await sweep(keeping: manifest)
        return manifest.folder
    }

    func published() async throws -> [PublishedFolder] {
        let prefix = "\(pieces.stream.prefix)M."
        var folders: [PublishedFolder] = []
        for subject in try await connection.subjects(of: pieces.stream.name, matching: prefix + "*") {
            guard let message = try await connection.last(subject, of: pieces.stream.name) else { continue }
            do {
                guard let name = String(hexadecimal: subject.dropFirst(prefix.count)) else {
                    throw JobsError(.storage, subject, found: "not a folder's subject", remedy: "purge it")
                }
                folders.append(try read(message, name).folder)
            } catch {
                guard bad.withLock({ $0.insert(message.sequence).inserted }) else { continue }
                logger.warning("a published folder is not used", metadata: ["error": "\(error)"])
            }
        }
        return folders.sorted { $0.name < $1.name }
    }

    func fetch(_ folder: PublishedFolder, to path: String) async throws {
        guard let manifest = try await manifest(folder.name), manifest.folder.digest == folder.digest else {
            throw Self.changed(folder.name)
        }
        try await calls.run {
            guard mkdir(path, 0o700) == 0 else { throw Files.failure(path, "cannot be made") }
        }
        do {
            for file in manifest.files {
                let target = "\(path)/\(file.name)"
                try await calls.run {
                    let parent = URL(fileURLWithPath: target).deletingLastPathComponent()
                    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
                }
                try await pieces.fetch(file, to: target)
            }
        } catch {
            try? await calls.run { Files.removeTree(path) }
            // Its pieces may have gone because others came.
            if (error as? JobsError)?.code == .storage, await isGone(manifest) { throw Self.changed(folder.name) }
            throw error
        }
    }

    func remove(_ name: String) async throws -> Bool {
        try FolderRules.check(name: name)
        let subject = subject(name)
        guard try await connection.last(subject, of: pieces.stream.name) != nil else { return false }
        // From here on there is no such folder, whatever becomes of the pieces.
        try await connection.purge(pieces.stream.name, matching: subject)
        try await connection.purge(pieces.stream.name, matching: "\(pieces.stream.prefix)\(contents(name))>")
        return true
    }

    /// Stores the files.
    private func stored(
        _ name: String, _ files: [String: String], _ details: Data, _ progress: @escaping @Sendable (Int) -> Void
    ) async throws -> FolderManifest {
        var stored: [StoredFile] = []
        do {
            for (path, file) in files.sorted(by: { $0.key < $1.key }) {
                let before = stored.reduce(0) { $0 + $1.size }
                let below = String(contents(name).dropLast())
                stored.append(try await pieces.store(file, name: path, below: below) { progress(before + $0) })
            }
            return try FolderManifest(name: name, files: stored, details: details)
        } catch {
            await remove(stored)
            throw error
        }
    }

    private func remove(_ files: [StoredFile]) async {
        for file in files { try? await pieces.remove(file) }
    }

    /// Removes what others have left there: the publication before, and any that was broken off.
    private func sweep(keeping manifest: FolderManifest) async throws {
        let wanted = Set(manifest.files.map(\.subject))
        let all = "\(pieces.stream.prefix)\(contents(manifest.folder.name))*"
        for subject in try await connection.subjects(of: pieces.stream.name, matching: all)
        where !wanted.contains(subject) {
            try await connection.purge(pieces.stream.name, matching: subject)
        }
    }

    private func isGone(_ manifest: FolderManifest) async -> Bool {
        do {
            return try await self.manifest(manifest.folder.name) != manifest
        } catch {
            return false
        }
    }

    private func manifest(_ name: String) async throws -> FolderManifest? {
        guard let message = try await connection.last(subject(name), of: pieces.stream.name) else { return nil }
        return try read(message, name)
    }

    private func read(_ message: NATSMessage, _ name: String) throws(JobsError) -> FolderManifest {
        try FolderManifest(reading: message.data, name: name, below: pieces.stream.prefix + contents(name))
    }

    private func subject(_ name: String) -> String { "\(pieces.stream.prefix)M.\(Data(name.utf8).hexadecimal)" }

    /// What the subjects of a folder's pieces begin with, after the stream's prefix.
    private func contents(_ name: String) -> String { "C.\(Data(name.utf8).hexadecimal)." }

    private static func changed(_ name: String) -> JobsError {
        JobsError(.conflict, name, found: "replaced or removed meanwhile", remedy: "try again")
    }
}

extension String {
    /// Text of which the bytes are written in hexadecimal; nil for anything else.
    fileprivate init?(hexadecimal digits: Substring) {
        let values = digits.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard values.count == digits.utf8.count, values.count % 2 == 0 else { return nil }
        let bytes = stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
        self.init(validating: bytes, as: UTF8.self)
    }
}

#endif
