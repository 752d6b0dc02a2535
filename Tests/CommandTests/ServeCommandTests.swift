import Foundation
import Testing

/// What `adnerf serve` says and how it ends when it does not serve.
@Suite struct ServeCommandTests {
    private static let avatars = Fixture.path("avatars")

    private func serve(_ options: [String], in folder: String) throws -> Command {
        try Command(["serve", "--avatars", Self.avatars, "--data", "\(folder)/data", "--port", "0"] + options)
    }

    @Test(
        "Settings that cannot be are refused with status 1, in one line that names them",
        arguments: [
            (["--port", "65536"], "--port: '65536'"),
            (["--port", "eighty"], "--port: 'eighty'"),
            (["--workers", "0"], "--workers: '0'"),
            (["--host", "0.0.0.0"], "without TLS"),
            (["--host", "::"], "without TLS"),
            (["--tls-cert", "cert.pem"], "--tls-key"),
            (["--tls-key", "key.pem"], "--tls-cert"),
            (["--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.pem"], "/nowhere.pem"),
            (["--api-key-file", "/nowhere.keys"], "/nowhere.keys"),
            (["--deepspeech", "/nowhere.pb"], "/nowhere.pb"),
            (["--cors-origin", "example.org"], "example.org"),
            (["--config", "/nowhere.json"], "/nowhere.json"),
            (["--set", "drain=soon"], "--drain: 'soon'"),
            (["--set", "bogus=1"], "unknown setting 'bogus'"),
            (["--set", "webhook-secret=abc"], "whsec_"),
            (["--avatars", "/nowhere"], "/nowhere"),
            (["--data", "/proc/nowhere"], "/proc/nowhere: the folder cannot be made"),
        ])
    func refused(options: [String], mention: String) throws {
        let scratch = try Scratch()
        let command = try serve(options, in: scratch.path)
        #expect(command.isReportedError, "\(command.status) \(command.error)")
        #expect(command.error.contains(mention), "\(command.error)")
        #expect(command.output.isEmpty)
    }

    @Test(
        "Wrong usage ends with status 2", arguments: [["--frobnicate"], ["--port"], ["--set", "drain"], ["surplus"]])
    func wrongUsage(options: [String]) throws {
        let scratch = try Scratch()
        let command = try serve(options, in: scratch.path)
        #expect(command.status == 2 && command.error.hasPrefix("error: "), "\(command.status) \(command.error)")
        #expect(try scratch.names.isEmpty)
    }

    @Test func theDemoAvatarIsServedByDefault() throws {
        let command = try Command(["serve", "--print-config"])
        #expect(command.status == 0 && command.output.contains("/Examples/avatars\n"), "\(command.output)")
    }

    @Test func theSettingsInForceArePrinted() throws {
        let scratch = try Scratch()
        try #"{"port": 9000, "drain": 7, "log-format": "json", "webhook-secret": "whsec_c2VjcmV0"}"#
            .write(toFile: scratch.file("settings.json"), atomically: true, encoding: .utf8)
        let command = try Command([
            "serve", "--avatars", Self.avatars, "--config", scratch.file("settings.json"), "--port", "0",
            "--cors-origin", "https://a.example", "--cors-origin", "https://b.example", "--set", "max-jobs=3",
            "--print-config",
        ])
        #expect(command.status == 0 && command.error.isEmpty, "\(command.error)")
        let lines = command.output.split(separator: "\n").map { line in
            line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let settings = Dictionary(uniqueKeysWithValues: lines.map { ($0[0], $0[1]) })
        #expect(settings["avatars"] == Self.avatars)
        #expect(settings["port"] == "0", "an option goes before the file")
        #expect(settings["drain"] == "7" && settings["log-format"] == "json", "the file goes before the defaults")
        #expect(settings["cors-origin"] == "https://a.example,https://b.example" && settings["max-jobs"] == "3")
        #expect(settings["host"] == "127.0.0.1" && settings["data"] == "adnerf-data")
        #expect(settings["webhook-secret"] == "(hidden)" && !command.output.contains("c2VjcmV0"))
        // Nothing is begun: there is no data folder.
        #expect(try scratch.names == ["settings.json"])
    }
}
