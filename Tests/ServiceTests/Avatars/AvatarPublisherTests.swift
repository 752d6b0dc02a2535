import Engine
import Foundation
import Jobs
import Media
import Studio
import Synchronization
import Testing

@testable import Service

/// What of an avatar's folder is published.
@Suite(.timeLimit(.minutes(1))) struct AvatarPublisherTests {
    private let folder: TestFolder
    private let engine = MemoryFolders()
    private let publisher: AvatarPublisher
    private let clock = TestClock()

    init() throws {
        folder = try TestFolder()
        publisher = AvatarPublisher(store: engine, clock: clock.jobClock)
        try Fixture.copyAvatar(to: folder.file("face"))
    }

    private static let parts = [
        "100000_body.tar", "100000_head.tar", "TorsoNeRFTest_config.txt", "aud.npy", "bc.png", "transforms_train.json",
        "transforms_val.json",
    ]

    @Test func onlyWhatAnAvatarConsistsOfIsPublished() async throws {
        let source = folder.file("face")
        for name in [
            "com_imgs/1.jpg", "torso_imgs/1.png", "ori_imgs/1.lms", "notes.txt", "other.json", "050000_head.tar",
        ] {
            let file = URL(fileURLWithPath: "\(source)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("{}".utf8).write(to: file)
        }
        try Data("[1]".utf8).write(to: URL(fileURLWithPath: "\(source)/other.npy"))
        let told = Mutex<[[Int]]>([])
        let avatar = try await publisher.push(
            source, as: nil, shelves: [],
            progress: { bytes, total in
                told.withLock { $0.append([bytes, total]) }
            })
        #expect(avatar.name == "face" && avatar.baked == false)
        #expect(avatar.files.map(\.path) == Self.parts)
        #expect(avatar.bytes == avatar.files.reduce(0) { $0 + $1.bytes })
        #expect(told.withLock { $0 } == [[avatar.bytes, avatar.bytes]])
        #expect(try await publisher.list() == [avatar])
        let age = clock.now.timeIntervalSince(try #require(avatar.published))
        #expect((0..<60).contains(age))

        // Another name, and the folder's named with a slash at its end.
        let again = try await publisher.push("\(source)/", as: "ä b", shelves: [])
        #expect(again.name == "ä b" && again.digest == avatar.digest && again.fingerprint == avatar.fingerprint)
        try await publisher.remove("face")
        #expect(try await publisher.list() == [again])
        let error = await #expect(throws: JobsError.self) { try await publisher.remove("face") }
        #expect(error?.code == .notFound && error?.description.contains("ä b") == true)
    }

    @Test func checkpointsStayWhereTheyAre() async throws {
        let source = folder.file("face")
        let logs = "\(source)/logs/face_com"
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        for name in ["100000_body.tar", "100000_head.tar"] {
            try FileManager.default.moveItem(atPath: "\(source)/\(name)", toPath: "\(logs)/\(name)")
        }
        let avatar = try await publisher.push(source, as: nil, shelves: [])
        let moved = ["logs/face_com/100000_body.tar", "logs/face_com/100000_head.tar"]
        #expect(avatar.files.map(\.path) == Self.parts.dropFirst(2).prefix(3) + moved + Self.parts.suffix(2))
    }

    @Test func aBakedFileGoesAlongIfItIsGood() async throws {
        let source = folder.file("face")
        let avatar = try AvatarFolder.load(path: source, decodeImage: PictureFile.read)
        let shelf = BakeShelf(avatar, folder: folder.file("data"))
        let path = try #require(shelf.paths.last)
        try FileManager.default.createDirectory(atPath: folder.file("data"), withIntermediateDirectories: true)
        try Data("no bake".utf8).write(to: URL(fileURLWithPath: path))
        let notes = Mutex<[String]>([])
        let pushed = try await publisher.push(
            source, as: nil, shelves: [folder.file("data")],
            note: { note in
                notes.withLock { $0.append(note) }
            })
        #expect(pushed.baked == false && pushed.files.map(\.path) == Self.parts)
        #expect(notes.withLock { $0.count } == 1)
        #expect(notes.withLock { $0[0] }.contains("without a baked file"))
    }

    private static let demo = Fixture.repository.appending(path: "Examples/avatars/demo").path

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "\(AvatarPublisherTests.demo)/.adnerf")))
    func whatIsBakedElsewhereNeedsNoBaking() async throws {
        let pushed = try await publisher.push(Self.demo, as: nil, shelves: [])
        #expect(pushed.baked == true && pushed.files[0].path.hasPrefix(".adnerf/realtime-"))
        let follower = PublishedAvatars(
            store: engine, folder: folder.file("published"), clock: clock.jobClock, logger: LogBook().logger)
        await follower.look()
        let avatar = try AvatarFolder.load(path: folder.file("published/demo"), decodeImage: PictureFile.read)
        let bake = try BakeShelf(avatar, folder: folder.file("empty")).open()
        #expect(bake?.path == folder.file("published/demo/\(pushed.files[0].path)"))
    }

    @Test func whatIsNoAvatarIsNotPublished() async throws {
        let source = folder.file("face")
        try FileManager.default.removeItem(atPath: "\(source)/bc.png")
        let error = await #expect(throws: EngineError.self) { try await publisher.push(source, as: nil, shelves: []) }
        #expect(error?.description.contains("bc.jpg") == true)
        await #expect(throws: EngineError.self) { try await publisher.push(folder.file("no"), as: nil, shelves: []) }
        #expect(try await publisher.list() == [])
    }

    @Test func settingsAreReadWithoutAnAvatarsFolder() throws {
        let address = "nats://127.0.0.1:4222"
        let settings = try SettingsReader.read(
            options: [:], environment: ["ADNERF_ENGINE": address, "ADNERF_WORKERS": "0"], role: .publisher,
            shipped: ShippedFiles(executable: "/nowhere/bin/adnerf"))
        #expect(settings.engine == [address])
        let error = try #require(throws: EngineError.self) {
            try SettingsReader.read(options: [:], environment: [:], role: .publisher)
        }
        #expect(error.subject == "--engine")
    }
}
