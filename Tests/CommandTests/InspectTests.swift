import Engine
import Foundation
import Testing

@testable import adnerf

@Suite struct InspectTests {
    @Test func tableNamesThePartsOfAnAvatar() throws {
        let command = try Command(["inspect", Fixture.tiny])
        #expect(command.status == 0 && command.error.isEmpty)
        let lines = command.output.split(separator: "\n").map(String.init)
        for expected in [
            "picture                         24 x 24",
            "  depth range                   0.56 to 1.16",
            "    pts_linears.0.weight        16 x 103",
            "track                           transforms_val, 12 poses, focal length 58.666668, centre (12.0, 12.0), the default",
        ] {
            #expect(lines.contains(expected), "\(expected)")
        }
        let head = try #require(lines.first { $0.hasPrefix("head ") })
        #expect(head.contains("100000_head.tar (") && head.contains("legacy container, step 100,000, "))
        let body = try #require(lines.first { $0.hasPrefix("body ") })
        #expect(body.contains("zip container"))
    }

    @Test func jsonHoldsTheFacts() throws {
        let command = try Command(["inspect", Fixture.path("avatars/options"), "--json"])
        #expect(command.status == 0 && command.error.isEmpty)
        let facts = try JSONDecoder().decode(AvatarFacts.self, from: Data(command.output.utf8))
        #expect(facts.name == "options" && facts.problems.isEmpty)
        #expect(facts.head?.step == 9_000)
        #expect(facts.configuration?.audioStart == 2)
    }

    @Test("What is wrong is reported, in either form", arguments: [[], ["--json"]])
    func broken(options: [String]) throws {
        let scratch = try Scratch()
        let copy = scratch.file("tiny")
        try FileManager.default.copyItem(atPath: Fixture.tiny, toPath: copy)
        try Data("no picture".utf8).write(to: URL(filePath: copy + "/bc.png"))
        let command = try Command(["inspect", copy] + options)
        #expect(command.isReportedError)
        #expect(command.error.contains("bc.png"))
        #expect(command.output.contains("neither JPEG nor PNG"))
        // What could be read is told all the same.
        #expect(command.output.contains("transforms_val"))
    }

    @Test func missingFoldersAreReported() throws {
        let command = try Command(["inspect", "/nowhere/avatar"])
        #expect(command.isReportedError)
        #expect(command.error.contains("/nowhere/avatar"))
    }
}
