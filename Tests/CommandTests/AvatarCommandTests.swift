import Foundation
import Media
import Service
import Synchronization
import Testing

@testable import adnerf

/// What `adnerf avatar` says, and how it ends when there is no engine to be had.
@Suite struct AvatarCommandTests {
    @Test(
        "Wrong usage ends with status 2",
        arguments: [["push"], ["remove"], ["list", "surplus"], ["frobnicate"], ["push", "a", "--frobnicate"]])
    func wrongUsage(arguments: [String]) throws {
        let command = try Command(["avatar"] + arguments)
        #expect(command.status == 2 && command.error.hasPrefix("error: "), "\(command.status) \(command.error)")
        #expect(command.output.isEmpty)
    }

    @Test(
        "Settings that cannot be are refused with status 1, in one line that names them",
        arguments: [
            ([], "--engine"),
            (["--engine", "redis://127.0.0.1"], "--engine"),
            (["--engine", "nats://127.0.0.1:1", "--engine-replicas", "9"], "--engine-replicas: '9'"),
            (["--engine", "nats://127.0.0.1:1", "--engine-cert", "c.pem"], "--engine-key"),
            (["--config", "/nowhere.json"], "/nowhere.json"),
        ])
    func refused(options: [String], mention: String) throws {
        for subcommand in [["list"], ["remove", "face"], ["push", Fixture.tiny]] {
            let command = try Command(["avatar"] + subcommand + options)
            #expect(command.isReportedError, "\(command.status) \(command.error)")
            #expect(command.error.contains(mention), "\(command.error)")
            #expect(command.output.isEmpty)
        }
    }

    @Test func anEngineThatCannotBeHadIsSaidSo() throws {
        let command = try Command(["avatar", "list", "--engine", "nats://127.0.0.1:1"])
        #expect(command.isReportedError, "\(command.status) \(command.error)")
        #if NATS
        #expect(command.error.contains("no server can be reached"))
        #else
        #expect(command.error.contains("this build cannot") && command.error.contains("--traits NATS"))
        #endif
    }

    @Test func publishedAvatarsAreATable() throws {
        let json = """
            [{"name": "ä b", "digest": "d1", "bytes": 123456789, "files": [], "fingerprint": "f", "baked": true,
              "published": "2026-11-23T12:00:00Z"},
             {"name": "c", "digest": "d2", "bytes": 7, "files": [{"path": "x", "bytes": 7, "digest": "d"}]}]
            """
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let avatars = try decoder.decode([PublishedAvatar].self, from: Data(json.utf8))
        #expect(
            PublishedTable(avatars).lines == [
                "ä b      123.5 MB  baked      2026-11-23T12:00:00Z  d1",
                "c          0.0 MB  no avatar                        d2",
            ])
        #expect(PublishedTable([]).lines == [])
    }

    @Test func progressIsToldNowAndThen() {
        let time = Mutex(0.0)
        func told(_ style: ProgressReporter.Style, _ steps: [(Double, Int)]) -> String {
            let text = Mutex("")
            let reporter = PushReporter(
                style: style, clock: { time.withLock { $0 } }, output: { piece in text.withLock { $0 += piece } })
            for (seconds, bytes) in steps {
                time.withLock { $0 = seconds }
                reporter.update(bytes, of: 20_000_000)
            }
            reporter.finish()
            return text.withLock { $0 }
        }
        #expect(
            told(.log, [(0, 250_000), (1, 500_000), (5, 10_000_000), (6, 20_000_000)]) == """
                published 0.2 of 20.0 MB, 1 %
                published 10.0 of 20.0 MB, 50 %
                published 20.0 of 20.0 MB, 100 %

                """)
        #expect(told(.terminal(columns: 80), [(0, 0)]) == "\rpublished 0.0 of 20.0 MB, 0 %\u{1B}[K\n")
        #expect(told(.log, []).isEmpty && told(.terminal(columns: 80), []).isEmpty)
    }
}
