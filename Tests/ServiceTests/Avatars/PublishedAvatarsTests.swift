import Engine
import Foundation
import Jobs
import Synchronization
import Testing

@testable import Service

/// Avatars that come from the engine, and go with it.
@Suite(.timeLimit(.minutes(1))) struct PublishedAvatarsTests {
    private let folder: TestFolder
    private let engine = MemoryFolders()
    private let publisher: AvatarPublisher
    private let library: AvatarLibrary
    private let clock = TestClock()
    private let log = LogBook()

    init() throws {
        folder = try TestFolder()
        try FileManager.default.createDirectory(atPath: folder.file("own"), withIntermediateDirectories: true)
        publisher = AvatarPublisher(store: engine)
        library = try AvatarLibrary(
            folder: folder.file("own"), and: [folder.file("published")], cache: folder.file("cache"),
            precision: .fast, threads: 1)
    }

    private func follower() -> PublishedAvatars {
        PublishedAvatars(store: engine, folder: folder.file("published"), clock: clock.jobClock, logger: log.logger)
    }

    /// Publishes a variant of the tiny avatar.
    private func push(_ name: String, variant: UInt8 = 0) async throws -> PublishedAvatar {
        let source = folder.file("source-\(UUID().uuidString)")
        try Fixture.copyAvatar(to: source, variant: variant)
        return try await publisher.push(source, as: name, shelves: [])
    }

    private func fingerprint(_ name: String) throws -> String {
        try library.avatar(name).avatar.fingerprint
    }

    private var entries: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.file("published"))) ?? []).sorted()
    }

    @Test func theFolderFollowsTheEngine() async throws {
        let follower = follower()
        await follower.look()
        #expect(entries == [] && log.lines == [])

        let first = try await push("a")
        let other = try await push("ä b", variant: 1)
        await follower.look()
        #expect(library.names() == ["a", "ä b"])
        #expect(try fingerprint("a") == first.fingerprint)
        #expect(try fingerprint("ä b") == other.fingerprint && other.fingerprint != first.fingerprint)
        #expect(log.lines.count { $0.hasPrefix("info published avatar fetched avatar=a ") } == 1)

        // What is as it was is left alone.
        await follower.look()
        #expect(engine.fetches == 2)

        let second = try await push("a", variant: 2)
        await follower.look()
        #expect(engine.fetches == 3)
        #expect(try fingerprint("a") == second.fingerprint)

        try await publisher.remove("ä b")
        await follower.look()
        #expect(entries == ["a"] && library.names() == ["a"])
        #expect(log.lines.last == "info published avatar removed avatar=ä b")
        // It can come again.
        _ = try await push("ä b", variant: 1)
        await follower.look()
        #expect(try fingerprint("ä b") == other.fingerprint)
        #expect(!log.lines.contains { $0.hasPrefix("warning") })
    }

    @Test func whatWasFetchedOutlivesTheProgram() async throws {
        let avatar = try await push("a")
        await follower().look()
        // What a crash leaves behind.
        try FileManager.default.createDirectory(
            atPath: folder.file("published/.unfinished"), withIntermediateDirectories: true)
        await follower().look()
        #expect(engine.fetches == 1 && entries == ["a"])

        // Damaged, truncated, missing, and of another publication.
        let head = folder.file("published/a/100000_head.tar")
        let whole = try #require(FileManager.default.contents(atPath: head))
        for change in 0..<4 {
            switch change {
            case 0: try Data(whole.reversed()).write(to: URL(fileURLWithPath: head))
            case 1: try whole.dropLast().write(to: URL(fileURLWithPath: head))
            case 2: try FileManager.default.removeItem(atPath: head)
            default: try Data().write(to: URL(fileURLWithPath: folder.file("published/a/.published")))
            }
            await follower().look()
            #expect(engine.fetches == 2 + change)
            #expect(try fingerprint("a") == avatar.fingerprint)
        }
    }

    @Test func anEngineThatDoesNotAnswerTakesNothingAway() async throws {
        let avatar = try await push("a")
        let follower = follower()
        await follower.look()
        engine.failure = JobsError(.unavailable, "engine", found: "no answer")
        for _ in 0..<3 { await follower.look() }
        #expect(try fingerprint("a") == avatar.fingerprint)
        engine.failure = nil
        try await publisher.remove("a")
        await follower.look()
        #expect(entries == [])
        // Each is said once.
        #expect(log.lines.count { $0.contains("are not followed error=engine: no answer") } == 1)
        #expect(log.lines.count { $0 == "info published avatars are followed again" } == 1)
    }

    @Test func anotherAvatarThanThePublishersIsRefused() async throws {
        let good = try await push("a")
        let follower = follower()
        await follower.look()

        let source = folder.file("other")
        try Fixture.copyAvatar(to: source, variant: 3)
        let contents = try AvatarContents(of: source, shelves: [])
        let lies = AvatarDetails(fingerprint: String(repeating: "0", count: 64), isBaked: false, time: 0)
        let details = [try JSONEncoder().encode(lies), Data("{}".utf8)]
        for (number, details) in details.enumerated() {
            _ = try await engine.publish("a", files: contents.files, details: details) { _ in }
            _ = try await engine.publish("new", files: ["x\(number)": source + "/bc.png"], details: details) { _ in }
            await follower.look()
            #expect(entries == ["a"])
            #expect(try fingerprint("a") == good.fingerprint)
        }
        let fetches = engine.fetches
        clock.advance(by: 1e6)
        await follower.look()
        #expect(engine.fetches == fetches)
        let warnings = log.lines.filter { $0.hasPrefix("warning published avatar not used avatar=") }
        #expect(warnings.count == 4 && warnings[0].contains(lies.fingerprint))
        // A right one takes its place.
        let mended = try await push("a", variant: 3)
        await follower.look()
        #expect(try fingerprint("a") == mended.fingerprint)
    }

    @Test func passingTroubleIsTriedAgain() async throws {
        let avatar = try await push("a")
        let follower = follower()
        engine.fetchFailure = JobsError(.noSpace, "a", found: "the disk is full")
        await follower.look()
        await follower.look()
        #expect(engine.fetches == 1 && entries == [])
        engine.fetchFailure = nil
        clock.advance(by: 61)
        await follower.look()
        #expect(try fingerprint("a") == avatar.fingerprint)
        #expect(log.lines.count { $0.hasPrefix("warning") && $0.contains("the disk is full") } == 1)

        // Replaced while it was fetched: nothing to be told, and the next look is enough.
        let next = try await push("a", variant: 1)
        engine.fetchFailure = JobsError(.conflict, "a", found: "replaced")
        await follower.look()
        engine.fetchFailure = nil
        await follower.look()
        #expect(try fingerprint("a") == next.fingerprint)
        #expect(log.lines.count { $0.hasPrefix("warning") } == 1)
    }

    @Test func itLooksAgainAndAgainUntilItIsCancelled() async throws {
        let avatar = try await push("a")
        let asked = Mutex<[Duration]>([])
        let clock = JobClock(now: { Date() }) { [engine] duration in
            let count = asked.withLock { asked in
                asked.append(duration)
                return asked.count
            }
            if count == 1 { _ = try await engine.remove("a") }
            if count == 3 { throw CancellationError() }
        }
        let follower = PublishedAvatars(
            store: engine, folder: folder.file("published"), interval: .seconds(5), clock: clock, logger: log.logger)
        await follower.run()
        #expect(asked.withLock { $0 } == Array(repeating: .seconds(5), count: 3))
        #expect(entries == [] && avatar.fingerprint != nil)
        #expect(log.lines.map { $0.prefix(29) } == ["info published avatar fetched", "info published avatar removed"])
    }

    /// Whoever reads while avatars are replaced finds one or the other.
    @Test func readersFindAWholeAvatar() async throws {
        let follower = follower()
        let variants = [try await push("a", variant: 0), try await push("a", variant: 1)]
        await follower.look()
        let known = Set(variants.compactMap(\.fingerprint))
        let isDone = CancellationFlag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let library = library
            group.addTask {
                try await Blocking.run {
                    while !isDone.isSet {
                        let found = try library.avatar("a").avatar.fingerprint
                        #expect(known.contains(found))
                    }
                }
            }
            for round in 0..<8 {
                _ = try await push("a", variant: UInt8(round % 2))
                await follower.look()
            }
            isDone.set()
            try await group.waitForAll()
        }
        #expect(engine.fetches == 9)
    }
}
