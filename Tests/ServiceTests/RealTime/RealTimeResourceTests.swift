import Engine
import Foundation
import Testing

@testable import Service

@Suite struct RealTimeResourceTests {
    private func json(_ status: BakeStatus) throws -> JSONValue {
        let bytes = try JSONText.encode(RealTimeResource(status, floor: 40))
        return try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }

    @Test(arguments: [
        (BakeStatus.none, "none"), (.waiting, "waiting"),
        (.baking(BakeProgress(stage: "s", fraction: 0, secondsLeft: nil)), "baking"), (.ready(.test()), "ready"),
        (.refused(.test()), "refused"), (.failed("fog"), "failed"),
    ])
    func everyMemberIsAlwaysThere(status: BakeStatus, state: String) throws {
        let json = try json(status)
        #expect(json.names == ["state", "stage", "progress", "seconds_left", "report", "reason"])
        #expect(json["state"].string == state)
        #expect(BakeStatus.names.contains(state))
    }

    @Test func bakesTellHowFarTheyAre() throws {
        let json = try json(.baking(BakeProgress(stage: "evaluating the head", fraction: 0.427, secondsLeft: 481.6)))
        #expect(json["stage"].string == "evaluating the head")
        #expect(json["progress"].integer == 42)
        #expect(json["seconds_left"].number == 482)
        #expect(json["report"] == .null && json["reason"] == .null)
    }

    /// A hundred means ready; and what is no number is no JSON.
    @Test func extremesAreNoTrouble() throws {
        let json = try json(.baking(BakeProgress(stage: "", fraction: 1.5, secondsLeft: -.infinity)))
        #expect(json["progress"].integer == 99)
        #expect(json["seconds_left"] == .null)
        var report = BakeReport.test()
        report.flicker = .nan
        #expect(try self.json(.ready(report))["report"]["flicker"].number == 0)
    }

    @Test func reportsAreShownWhole() throws {
        let json = try json(.ready(.test(43.98765)))
        #expect(json["report"].names == ["frames", "whole", "mouth", "flicker", "truth", "seconds"])
        #expect(json["report"]["whole"]["mean"].number == 43.988)
        #expect(json["report"]["mouth"]["worst"].number == 39)
        #expect(json["reason"] == .null)
    }

    @Test func refusalsAndFailuresSayWhy() throws {
        let refused = try json(.refused(.test(38.21)))
        #expect(refused["report"]["whole"]["mean"].number == 38.21)
        #expect(refused["reason"].string?.contains("38.2 dB") == true)
        #expect(try json(.failed("fog"))["reason"].string == "fog")
    }
}
