import Foundation
import Testing

@Suite struct UsageTests {
    @Test(
        "Wrong usage ends with status 2 and says what is wrong",
        arguments: [
            (["bogus"], "bogus"),
            (["render"], "avatar"),
            (["render", "a"], "output"),
            (["render", "a", "--output", "o.mp4"], "--audio FILE"),
            (["render", "a", "--features", "f.npy", "--deepspeech", "g.pb", "--output", "o.mp4"], "one of them"),
            (["render", "a", "--features", "f.npy", "--output", "o.avi"], "--format"),
            (["render", "a", "--features", "f.npy", "--output", "o"], "--format"),
            (["render", "a", "--features", "f.npy", "--output", "o.mp4", "--background", "transparent"], "webm"),
            (["render", "a", "--features", "f.npy", "--output", "o.mp4", "--background", "#12"], "#12"),
            (["render", "a", "--features", "f.npy", "--output", "o.mp4", "--pose-loop", "bounce"], "ping-pong"),
            (["render", "a", "--features", "f.npy", "--output", "o.mp4", "--frames", "3-1"], "3-1"),
            (["render", "a", "--features", "f.npy", "--output", "o.mp4", "--size", "0"], "--size 0"),
            (["render", "a", "--features", "f.npy", "--output", "o.mp4", "--threads", "0"], "--threads 0"),
            (["render", "a", "--features", "f.npy", "--output", "o.mp4", "--precision", "half"], "fp32"),
            (["render", "a", "--features", "f.npy", "--output", "o.mp4", "--quality", "draft"], "exact"),
            (["render", "a", "--features", "f.npy", "--output", "o.mp4", "--quality", "draft"], "realtime"),
            (
                ["render", "a", "--features", "f.npy", "--output", "o.mp4", "--quality", "realtime", "--no-skip"],
                "--no-skip"
            ),
            (["bake"], "avatar"),
            (["bake", "a", "--output", "o", "--data", "d"], "one of them"),
            (["bake", "a", "--resolution", "0"], "--resolution"),
            (["bake", "a", "--resolution", "nan"], "--resolution"),
            (["bake", "a", "--snapshots", "0"], "--snapshots 0"),
            (["bake", "a", "--rank-tolerance", "2"], "--rank-tolerance"),
            (["bake", "a", "--time-budget", "0"], "--time-budget"),
            (["bake", "a", "--seed", "x"], "--seed"),
            (["bake", "a", "--threads", "0"], "--threads 0"),
            (["evaluate"], "avatar"),
            (["evaluate", "a", "--frames", "0"], "--frames 0"),
            (["evaluate", "a", "--quality", "draft"], "realtime"),
            (["evaluate", "a", "--sync-seconds", "601"], "--sync-seconds 601"),
            (["evaluate", "a", "--odd", "--truth", "t"], "one of them"),
            (["say", "Hello", "-o", "o.png"], ".webm"),
            (["say", "-o", "o.mp4"], "text"),
            (["inspect"], "avatar"),
        ])
    func wrong(arguments: [String], mention: String) throws {
        let command = try Command(arguments)
        #expect(command.status == 2)
        #expect(command.error.hasPrefix("error: "))
        let first = command.error.prefix { $0 != "\n" }
        #expect(first.contains(mention), "\(first)")
        #expect(command.output.isEmpty)
    }

    @Test(
        "Help is no error",
        arguments: [
            [], ["--help"], ["render", "--help"], ["help", "inspect"], ["bake", "--help"], ["features", "-h"],
            ["say", "--help"],
            ["--version"],
        ])
    func help(arguments: [String]) throws {
        let command = try Command(arguments)
        #expect(command.status == 0)
        #expect(!command.output.isEmpty && command.error.isEmpty)
    }

    @Test func reportedErrorsAreOneLine() throws {
        let scratch = try Scratch()
        let features = Fixture.features
        let commands: [([String], String)] = [
            (["render", scratch.file("none"), "--features", features, "--output", scratch.file("o.mp4")], "none"),
            (
                ["render", Fixture.tiny, "--features", scratch.file("no.npy"), "--output", scratch.file("o.mp4")],
                "no.npy"
            ),
            (["render", Fixture.tiny, "--features", features, "--output", scratch.file("no/o.mp4")], "no folder"),
            (
                ["render", Fixture.tiny, "--features", features, "--output", scratch.file("no/o"), "--format", "npy"],
                "no folder"
            ),
            (
                ["render", Fixture.tiny, "--features", features, "--output", scratch.path, "--format", "mp4"],
                "a folder"
            ),
            (
                ["render", Fixture.tiny, "--features", features, "--output", scratch.file("o.mp4"), "--frames", "12"],
                "frame 12"
            ),
            (
                [
                    "render", Fixture.tiny, "--features", features, "--output", scratch.file("o.mp4"), "--poses",
                    features,
                ],
                "aud.npy"
            ),
            (
                [
                    "render", Fixture.tiny, "--features", features, "--output", scratch.file("o.mp4"), "--background",
                    "no.jpg",
                ],
                "no.jpg"
            ),
            (
                [
                    "render", Fixture.tiny, "--audio", Fixture.path("media/rgb.png"), "--deepspeech", "no.pb",
                    "--output", scratch.file("o.mp4"),
                ], "no audio stream"
            ),
            (
                [
                    "render", Fixture.tiny, "--audio", Fixture.path("speech/mono.wav"), "--deepspeech", "no.pb",
                    "--output", scratch.file("o.mp4"),
                ], "no.pb"
            ),
            (["features", "no.wav", "--deepspeech", "no.pb", "-o", scratch.file("f.npy")], "no.wav"),
            (["features", "no.wav", "--deepspeech", "no.pb", "-o", scratch.file("no/f.npy")], "no folder"),
        ]
        for (arguments, mention) in commands {
            let command = try Command(arguments)
            #expect(command.isReportedError, "\(arguments): \(command.status) \(command.error)")
            #expect(command.error.contains(mention), "\(command.error)")
        }
        #expect(try scratch.names.isEmpty)
    }
}
