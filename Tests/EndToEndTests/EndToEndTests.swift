import Foundation
import Testing

/// `adnerf serve` as users meet it: the real program on loopback, real clients, real tools. Each test is a script that also runs
/// by hand.
@Suite(.serialized) struct EndToEndTests {
    private static let llhttp = Script.root.appending(path: "../shared/conformance/cases-llhttp.jsonl").path

    private func expectSuccess(_ name: String, _ arguments: [String] = []) throws {
        let script = try Script(name, arguments)
        #expect(script.status == 0, "\(script.output)")
    }

    private func conformance(_ cases: String) throws {
        try expectSuccess(
            "EndToEnd/against",
            [
                "python3", "Tests/Fixtures/http/http_conformance.py", "--port", "PORT", "--path", "/healthz", "--cases",
                cases,
            ])
    }

    @Test func everyRuleOfHTTPHoldsOverTheWire() throws {
        try conformance("Tests/Fixtures/http/cases-rfc.jsonl")
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: llhttp), "the cases of llhttp are not in the repository"))
    func soDoTheCasesOfLLHTTP() throws {
        try conformance(Self.llhttp)
    }

    @Test func thePageWorksInABrowser() throws {
        try expectSuccess("EndToEnd/against", ["Tests/Browser/run", "BASE", "AUDIO", "--size", "24"])
    }

    @Test func theFirstMinuteIsAsPromised() throws {
        try expectSuccess("EndToEnd/firstminute")
    }

    @Test func theServerKeepsItsContract() throws {
        try expectSuccess("EndToEnd/against", ["Tests/Contract/run", "BASE", "AUDIO", "--seconds", "60"])
    }

    @Test func theExamplesWork() throws {
        try expectSuccess("EndToEnd/against", ["--shipped", "Tests/Examples/run", "BASE", "AUDIO"])
    }

    @Test func slowClientsLeaveOthersServed() throws {
        try expectSuccess("EndToEnd/slowness")
    }

    @Test func thoseWhoHangUpLeaveNothingBehind() throws {
        try expectSuccess("EndToEnd/disconnects")
    }

    @Test func jobsSurviveKilling() throws {
        try expectSuccess("EndToEnd/killing")
    }

    @Test func theServerStartsAndStopsWell() throws {
        try expectSuccess("EndToEnd/lifecycle")
    }

    @Test(.enabled(if: Script.hasNATS, "built without NATS, or nats-server is not there"))
    func theClusterSurvivesKilling() throws {
        try expectSuccess("EndToEnd/cluster")
    }

    @Test(.enabled(if: Script.hasNATS, "built without NATS, or nats-server is not there"))
    func theClusterKeepsItsLimits() throws {
        try expectSuccess("EndToEnd/clusterlimits")
    }

    @Test func deploymentWorks() throws {
        try expectSuccess("EndToEnd/deploying")
    }
}
