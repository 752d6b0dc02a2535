import Foundation
import Testing

@testable import Engine

@Suite struct AvatarFactsTests {
    private func examine(_ path: String) -> AvatarFacts {
        AvatarFolder.examine(path: path, decodeImage: AvatarFixtures.gray)
    }

    @Test func aSoundAvatarsFacts() throws {
        let facts = examine(AvatarFixtures.tiny)
        #expect(facts.problems == [])
        #expect(facts.name == "tiny")
        #expect(facts.fingerprint == (try AvatarFixtures.load(AvatarFixtures.tiny).fingerprint))
        let head = try #require(facts.head)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(AvatarFixtures.tiny)/\(AvatarCopy.head)")).count
        #expect(head.file.path == AvatarCopy.head && head.file.bytes == bytes)
        #expect(head.container == "legacy" && facts.body?.container == "zip")
        #expect(head.step == 100_000)
        #expect(head.dictionaries.map(\.name).contains("network_audattnet_state_dict"))
        let coarse = try #require(head.dictionaries.first { $0.name == "network_fn_state_dict" })
        #expect(coarse.tensors.first { $0.name == "pts_linears.5.weight" }?.shape == [16, 119])
        #expect(coarse.parameters == coarse.tensors.reduce(0) { $0 + $1.shape.reduce(1, *) })
        #expect(head.parameters == head.dictionaries.reduce(0) { $0 + $1.parameters })
        #expect(facts.picture == AvatarFacts.Size(width: 24, height: 24))
        #expect(facts.tracks.map(\.name) == ["transforms_train", "transforms_val"])
        #expect(facts.tracks.map(\.frames) == [7, 12] && facts.tracks.map(\.isDefault) == [false, true])
        #expect(facts.features.map(\.frames) == [12])
        #expect(facts.configuration?.width == 16)
    }

    @Test func factsSurviveJSON() throws {
        let facts = examine(AvatarFixtures.options)
        let coded = try JSONDecoder().decode(AvatarFacts.self, from: JSONEncoder().encode(facts))
        #expect(coded == facts && facts.problems == [])
        #expect(facts.head?.file.path == "logs/options_com/009000_head.tar")
    }

    @Test func everyProblemIsListed() throws {
        try AvatarFixtures.withCopy { copy in
            try copy.write("junk", to: AvatarCopy.head)
            try copy.write("junk", to: "transforms_val.json")
            try copy.remove("bc.png")
            let facts = examine(copy.path)
            #expect(facts.problems.count == 3)
            #expect(facts.head == nil && facts.body != nil && facts.picture == nil)
            #expect(facts.tracks.map(\.name) == ["transforms_train"])
        }
    }

    @Test func nothingAtAll() {
        let facts = examine("/nowhere/avatar")
        #expect(facts.problems.count == 1 && facts.name == "avatar")
    }
}
