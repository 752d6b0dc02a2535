import Engine
import Foundation
import Testing

@testable import Service

/// Avatars of several folders.
@Suite(.timeLimit(.minutes(1))) struct AvatarLibraryTests {
    private let folder: TestFolder
    private let library: AvatarLibrary

    init() throws {
        folder = try TestFolder()
        try FileManager.default.createDirectory(atPath: folder.file("own"), withIntermediateDirectories: true)
        library = try AvatarLibrary(
            folder: folder.file("own"), and: [folder.file("fetched")], cache: folder.file("cache"), precision: .fast,
            threads: 1)
    }

    private func fingerprint(_ name: String) throws -> String {
        try library.avatar(name).avatar.fingerprint
    }

    @Test func theOperatorsAvatarGoesFirst() throws {
        #expect(library.names() == [])
        try Fixture.copyAvatar(to: folder.file("fetched/b"))
        try Fixture.copyAvatar(to: folder.file("fetched/c"))
        try FileManager.default.createDirectory(atPath: folder.file("fetched/.d"), withIntermediateDirectories: true)
        try Fixture.copyAvatar(to: folder.file("own/a"))
        #expect(library.names() == ["a", "b", "c"])
        let fetched = try fingerprint("b")

        try Fixture.copyAvatar(to: folder.file("own/b"), variant: 1)
        #expect(library.names() == ["a", "b", "c"])
        #expect(try fingerprint("b") != fetched)
        #expect(library.facts(of: "b")?.folder == folder.file("own/b"))
        #expect(try library.avatar("b") === library.avatar("b"))

        try FileManager.default.removeItem(atPath: folder.file("own/b"))
        #expect(try fingerprint("b") == fetched)
        #expect(library.facts(of: "b")?.folder == folder.file("fetched/b"))

        try FileManager.default.removeItem(atPath: folder.file("fetched"))
        #expect(library.names() == ["a"])
        #expect(library.facts(of: "b") == nil)
        #expect(throws: EngineError.self) { try library.avatar("b") }
        #expect(library.facts(of: ".d") == nil && library.facts(of: "../own/a") == nil)
    }

    @Test func whereTheFoldersAreIsNotToldToClients() throws {
        for place in ["own/a", "fetched/b"] {
            try Fixture.copyAvatar(to: folder.file(place))
            try FileManager.default.removeItem(atPath: folder.file("\(place)/100000_head.tar"))
        }
        for name in ["a", "b"] {
            let problems = try #require(library.facts(of: name)?.problems)
            #expect(problems.first?.hasPrefix("\(name): ") == true)
            let error = try #require(throws: EngineError.self) { try library.avatar(name) }
            #expect(([error.description] + problems).allSatisfy { !$0.contains(folder.path) })
        }
        let text = ["own/a/x", "fetched/b/y", "cache/z"].map(folder.file).joined(separator: " ")
        #expect(library.publicText(text) == "a/x b/y z")
    }

    @Test func withoutTheOperatorsFolderThereIsNoLibrary() throws {
        let error = try #require(throws: EngineError.self) {
            try AvatarLibrary(
                folder: folder.file("missing"), and: [folder.file("own")], cache: folder.file("cache"),
                precision: .fast, threads: 1)
        }
        #expect(error.code == .unreadable && error.description.contains("--avatars"))
    }
}
