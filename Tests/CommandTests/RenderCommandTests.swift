import Engine
import Foundation
import Media
import Testing

/// The whole command on the small avatars, against the reference's frames.
@Suite struct RenderCommandTests {
    private func render(_ avatar: String, _ options: [String]) throws -> Command {
        let folder = Fixture.path("avatars/\(avatar)")
        return try Command(["render", folder, "--features", "\(folder)/aud.npy"] + options)
    }

    @Test(
        "Frames agree with the reference's",
        arguments: [("tiny", 3), ("options", 1), ("options", 5)],
        [(["--precision", "fp32", "--no-skip"], 60.0), ([], 50.0)])
    func reference(avatar: (name: String, frame: Int), mode: (options: [String], decibels: Double)) throws {
        let scratch = try Scratch()
        // The reference ends with the poses, which the codes of the last frames depend on.
        let frames = ["--frames", "\(avatar.frame)", "--pose-loop", "stop"]
        let command = try render(
            avatar.name, mode.options + frames + ["--format", "npy", "--output", scratch.file("out")])
        #expect(command.status == 0, "\(command.error)")
        let frame = try NumpyFile.read(path: scratch.file("out/0000\(avatar.frame).npy"))
        let expected = try NumpyFile.read(
            path: Fixture.path("avatars/\(avatar.name)/trace/frame-\(avatar.frame).npy"))
        #expect(frame.shape == expected.shape)
        #expect(psnr(frame.values, expected.values) >= mode.decibels)
    }

    @Test func aVideoHasTheFramesAndTheSoundOfTheSpeech() throws {
        let scratch = try Scratch()
        let path = scratch.file("talk.mp4")
        let speech = Fixture.path("speech/stereo.wav")
        let command = try Command([
            "render", Fixture.tiny, "--audio", speech, "--deepspeech", Fixture.path("speech/narrow.pb"), "--output",
            path,
        ])
        #expect(command.status == 0, "\(command.error)")
        let spoken = try AudioFile.decode(speech)
        let written = try AudioFile.decode(path)
        #expect(abs(spoken.duration - written.duration) <= 0.04)
        #expect(command.error.contains("frames, 100 %"))
        #expect(try scratch.names == ["talk.mp4"])
    }

    @Test func transparentFramesCarryAlpha() throws {
        let scratch = try Scratch()
        let command = try render(
            "tiny",
            ["--background", "transparent", "--frames", "0", "--format", "png", "--output", scratch.file("out")])
        #expect(command.status == 0, "\(command.error)")
        #expect(try PictureFile.read(scratch.file("out/00000.png")).channels == 4)
    }

    @Test("An interrupt ends the rendering in good order, with status 130", arguments: [SIGINT, SIGTERM])
    func interruptedFrames(signal: Int32) throws {
        let scratch = try Scratch()
        let folder = scratch.file("out")
        // Twelve frames of half a second or more; the signal comes when the first is there.
        let command = try Command(
            slowRendering + ["--features", Fixture.features, "--format", "png", "--output", folder]
        ) {
            process in
            while process.isRunning && access("\(folder)/00000.png", F_OK) != 0 { usleep(5_000) }
            kill(process.processIdentifier, signal)
        }
        #expect(command.status == 130)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect((1..<12).contains(names.count))
        for name in names { #expect(try PictureFile.read("\(folder)/\(name)").width == 64) }
        let last = try #require(command.error.split(separator: "\n").last)
        #expect(last == "error: \(folder): interrupted after \(names.count) of 12 frames; it holds what was rendered")
    }

    @Test func anInterruptedVideoIsWholeOrNotThere() throws {
        let scratch = try Scratch()
        let path = scratch.file("talk.mp4")
        let sound = ["--audio", Fixture.path("speech/mono.wav"), "--features", Fixture.features]
        let command = try Command(slowRendering + sound + ["--output", path]) { process in
            // The encoder has started when its file is there.
            while process.isRunning && ((try? scratch.names) ?? []).isEmpty { usleep(5_000) }
            kill(process.processIdentifier, SIGINT)
        }
        #expect(command.status == 130)
        let last = try #require(command.error.split(separator: "\n").last)
        let names = try scratch.names
        #expect(last.contains("nothing was written") ? names.isEmpty : names == ["talk.mp4"])
        if !names.isEmpty { #expect(try AudioFile.decode(path).duration < 0.48) }
    }

    private let slowRendering = ["render", Fixture.tiny, "--size", "64", "--no-skip", "--precision", "fp32"]
}
