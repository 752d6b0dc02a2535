#if NATS

import Foundation
import Synchronization
import Testing

@testable import Jobs
@testable import NATSJobs

/// Folders that all nodes have in common.
@Suite(.enabled(if: TestNATSServer.isInstalled)) struct NATSFolderTests {
    let scratch: Scratch
    let settings: NATSSettings

    init() throws {
        scratch = try Scratch()
        var settings = NATSSettings(servers: [try TestNATSServer.shared.get().address])
        settings.name = TestEngine.newName()
        self.settings = settings
    }

    /// Opens the folders, and closes them afterwards.
    private func run(_ body: (NATSFolderStore) async throws -> Void) async throws {
        let folders = try await NATSFolders.open(settings, logger: Studio.logger)
        do {
            try await body(#require(folders.store as? NATSFolderStore))
        } catch {
            await folders.close()
            throw error
        }
        await folders.close()
    }

    private func publish(
        _ store: any FolderStore, _ name: String, _ files: [String: String], details: String = ""
    ) async throws -> PublishedFolder {
        let paths = try files.mapValues { try scratch.file($0) }
        return try await store.publish(name, files: paths, details: Data(details.utf8)) { _ in }
    }

    private func fetched(_ store: any FolderStore, _ folder: PublishedFolder) async throws -> [String: String] {
        let path = scratch.folder(UUID().uuidString)
        try await store.fetch(folder, to: path)
        let files = tree(path).filter { Files.size("\(path)/\($0)") != nil }
        return try Dictionary(uniqueKeysWithValues: files.map { ($0, try text("\(path)/\($0)") ?? "") })
    }

    private func failure(_ body: () async throws -> Void) async -> JobsError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? JobsError
        }
    }

    @Test func whatIsPublishedIsFetchedElsewhere() async throws {
        let large = String(repeating: "0123456789", count: 60_000)
        let files = ["a": "one", "logs/x_com/head.tar": large, ".adnerf/b": "", "leer zeichen": "ä"]
        let told = Mutex<[Int]>([])
        var published: PublishedFolder?
        try await run { store in
            let paths = try files.mapValues { try scratch.file($0) }
            published = try await store.publish("ä b.c", files: paths, details: Data("about".utf8)) { bytes in
                told.withLock { $0.append(bytes) }
            }
        }
        let folder = try #require(published)
        #expect(folder.name == "ä b.c" && folder.bytes == 600_005 && folder.details == Data("about".utf8))
        #expect(folder.digest == SHA256.hexadecimal(Data(folder.listing.utf8)))
        let steps = told.withLock { $0 }
        #expect(steps == steps.sorted() && steps.last == 600_005 && steps.count > 3)

        // Another connection, and a node with all the rest.
        let backend = try await JobBackend.nats(
            settings, folder: scratch.folder("data"), settings: Studio.settings, logger: Studio.logger)
        let store = try #require(backend.folders)
        #expect(try await store.published() == [folder])
        #expect(try await fetched(store, folder) == files)
        await backend.close()
        let embedded = try await TestEngine.embedded.backend(
            in: scratch.folder("alone"), settings: Studio.settings, clock: .system)
        #expect(embedded.folders == nil)
        await embedded.close()
    }

    @Test func aFolderIsReplacedAndRemovedAsAWhole() async throws {
        try await run { store in
            let first = try await publish(store, "face", ["a": "1", "b": "2"])
            let other = try await publish(store, "another", ["a": "3"])
            let second = try await publish(store, "face", ["b": "4"], details: "new")
            #expect(first.digest != second.digest)
            #expect(try await store.published() == [other, second])
            #expect(try await fetched(store, second) == ["b": "4"])
            // Nothing is left of the first.
            let subjects = try await store.connection.subjects(of: store.pieces.stream.name, matching: ">")
            #expect(subjects.count == 4)
            let path = scratch.folder("gone")
            #expect(await failure { try await store.fetch(first, to: path) }?.code == .conflict)
            #expect(!Files.exists(path))

            #expect(try await store.remove("face"))
            #expect(try await !store.remove("face"))
            #expect(await failure { try await store.fetch(second, to: path) }?.code == .conflict)
            #expect(!Files.exists(path))
            #expect(try await store.published() == [other])
            #expect(try await fetched(store, other) == ["a": "3"])
            // The name is free.
            #expect(try await publish(store, "face", ["a": "1", "b": "2"]).digest == first.digest)
        }
    }

    @Test func whatFailsLeavesEverythingAsItWas() async throws {
        try await run { store in
            let folder = try await publish(store, "face", ["a": "1"])
            let state = try await store.connection.state(of: store.pieces.stream.name).messages
            let file = try scratch.file("2")
            for (name, files) in [
                ("face", ["a": file, "b": scratch.folder("missing")]), ("face", ["../a": file]), ("face", [:]),
                ("fa/ce", ["a": file]),
            ] {
                let error = await failure { _ = try await store.publish(name, files: files, details: Data()) { _ in } }
                #expect(error != nil)
            }
            let canceled = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await store.publish("face", files: ["a": file], details: Data()) { _ in }
            }
            await #expect(throws: CancellationError.self) { try await canceled.value }
            #expect(try await store.published() == [folder])
            #expect(try await store.connection.state(of: store.pieces.stream.name).messages == state)
            // A folder that is there already is nobody's to fill.
            let taken = scratch.folder("taken")
            try Files.makeFolder(taken)
            #expect(await failure { try await store.fetch(folder, to: taken) }?.code == .storage)
            #expect(Files.exists(taken))
        }
    }

    private final class Gate: Sendable {
        private let isPassed = Atomic(false)

        func once(_ body: () -> Void) {
            if !isPassed.exchange(true, ordering: .relaxed) { body() }
        }
    }

    @Test func ofTwoAtATimeOneIsTold() async throws {
        try await run { store in
            let mine = try scratch.file("mine")
            let theirs = try scratch.file("theirs")
            let gate = Gate()
            // While the files are sent, somebody else publishes.
            let error = await failure {
                _ = try await store.publish("face", files: ["a": mine, "b": mine], details: Data()) { _ in
                    gate.once {
                        let isDone = DispatchSemaphore(value: 0)
                        Task {
                            _ = try? await store.publish("face", files: ["a": theirs], details: Data()) { _ in }
                            isDone.signal()
                        }
                        isDone.wait()
                    }
                }
            }
            #expect(error?.code == .conflict)
            let folder = try #require(try await store.published().first)
            #expect(try await fetched(store, folder) == ["a": "theirs"])
            #expect(try await store.connection.state(of: store.pieces.stream.name).messages == 2)
        }
    }

    @Test func whatWasTamperedWithIsNotTaken() async throws {
        try await run { store in
            let stream = store.pieces.stream
            let folder = try await publish(store, "face", ["a": "one", "b/c": "two"])
            let path = scratch.folder("fetched")
            // Other bytes in the place of a file's, and then none.
            for change in ["owt", nil] {
                let pieces = try await store.connection.subjects(of: stream.name, matching: "\(stream.prefix)C.*.*")
                let subject = try #require(pieces.first)
                try await store.connection.purge(stream.name, matching: subject)
                if let change { _ = try await store.connection.publish(Data(change.utf8), to: subject) }
                let error = try #require(await failure { try await store.fetch(folder, to: path) })
                #expect(error.code == .storage, "\(error)")
                #expect(!Files.exists(path))
            }

            // A description that leads elsewhere is not even listed, and does not keep the others from being so.
            let other = try await publish(store, "other", ["a": "3"])
            let subject = "\(stream.prefix)M.\(Data("face".utf8).hexadecimal)"
            let message = try #require(try await store.connection.last(subject, of: stream.name))
            let evil = String(decoding: message.data, as: UTF8.self).replacing("b\\/c", with: "..\\/evil")
            #expect(evil.contains("evil"))
            for data in [Data(evil.utf8), Data("{}".utf8)] {
                _ = try await store.connection.publish(data, to: subject, headers: ["Nats-Rollup": "sub"])
                #expect(try await store.published() == [other])
                #expect(await failure { try await store.fetch(folder, to: path) }?.code == .storage)
            }
            #expect(!tree(scratch.path).contains { $0.contains("evil") })
            // It can be replaced.
            let mended = try await publish(store, "face", ["a": "one", "b/c": "two"])
            #expect(mended.digest == folder.digest)
            #expect(try await fetched(store, mended) == ["a": "one", "b/c": "two"])
        }
    }
}

#endif
