import Engine
import Foundation
import Media
import Testing

@Suite struct AudioFileTests {
    private static let left = tone(rate: 44_100, samples: 50_001)
    private static let right = left.map { -$0 / 2 }

    @Test("16-bit samples come out as stored", arguments: [8_000, 16_000, 44_100, 48_000])
    func exact(rate: Int) throws {
        // Every value, the extremes included.
        let samples = (Int(Int16.min)...Int(Int16.max)).map { Int16($0) }
        let scratch = try Scratch()
        let mono = try AudioFile.decode(scratch.write("mono.wav", wave(rate: rate, channels: [samples])))
        #expect(mono.sampleRate == rate && mono.samples == samples)
        let other = samples.map { _ in Int16.random(in: -9_000...9_000) }
        let stereo = try AudioFile.decode(scratch.write("stereo.wav", wave(rate: rate, channels: [samples, other])))
        #expect(stereo.samples == samples)
        #expect(stereo.duration == 65_536 / Double(rate))
    }

    @Test("Reads what ffmpeg reads", arguments: ["flac", "mp3", "ogg", "opus", "m4a", "webm", "aiff", "mkv"])
    func formats(type: String) throws {
        let scratch = try Scratch()
        let source = try scratch.write("in.wav", wave(rate: 44_100, channels: [Self.left, Self.right]))
        let path = scratch.file("speech.\(type)")
        try run("ffmpeg", ["-v", "error", "-i", source, path])
        let audio = try AudioFile.decode(path)
        #expect(audio.sampleRate == (["opus", "webm"].contains(type) ? 48_000 : 44_100))
        #expect(abs(audio.duration - Double(Self.left.count) / 44_100) < 0.06)
        if ["flac", "aiff"].contains(type) { #expect(audio.samples == Self.left) }
        // The left channel is twice as loud as the right; a mix of the two would be quieter.
        let middle = audio.samples.dropFirst(10_000).prefix(20_000).map { Double($0) }
        let loudness = (middle.map { $0 * $0 }.reduce(0, +) / Double(middle.count)).squareRoot()
        #expect(abs(loudness - 8_000 / 2.0.squareRoot()) < 300)
    }

    @Test(
        "A name is only a name",
        arguments: [
            "-y.wav", "http:talk.wav", "concat:a|b.wav", "take %03d 'x' \"q\".wav", "über ✓.wav", "two\nlines.wav",
        ])
    func names(name: String) throws {
        let scratch = try Scratch()
        let path = try scratch.write(name, wave(rate: 16_000, channels: [[1, 2, 3]]))
        let audio = try AudioFile.decode(path)
        #expect(audio.samples == [1, 2, 3])
    }

    @Test func relativeNamesMayLookLikeOptions() throws {
        // Not through the current folder, which the tests share: a relative path that climbs to the scratch folder.
        let scratch = try Scratch()
        try scratch.write("-i.wav", wave(rate: 16_000, channels: [[7]]))
        let up = String(repeating: "../", count: 40)
        let audio = try AudioFile.decode("\(up)\(scratch.file("-i.wav").dropFirst())")
        #expect(audio.samples == [7])
    }

    @Test func whatIsNoAudioIsAnError() throws {
        let scratch = try Scratch()
        func error(_ path: String) throws -> EngineError {
            let error = try #require(throws: EngineError.self) { try AudioFile.decode(path) }
            #expect(error.subject == path)
            return error
        }
        #expect(try error(scratch.file("missing.wav")).code == .unreadable)
        #expect(try error(scratch.path).code == .unreadable)
        #expect(try error(scratch.write("empty.wav", [])).found == "an empty file")
        #expect(try error(scratch.write("text.wav", Array("hello there".utf8))).found.contains("not audio"))
        #expect(try error(Fixture.path("rgb.png")).found == "no audio stream in it")
        let silent = try scratch.write("silent.wav", wave(rate: 16_000, channels: [[]]))
        #expect(try error(silent).found.contains("no audio samples"))
    }

    @Test(
        "Playlists are not followed",
        arguments: ["#EXTM3U\n#EXTINF:1,\nsecret.wav\n", "ffconcat version 1.0\nfile secret.wav\n"])
    func playlists(text: String) throws {
        let scratch = try Scratch()
        try scratch.write("secret.wav", wave(rate: 16_000, channels: [[1, 2, 3]]))
        let path = try scratch.write("list.wav", Array(text.utf8))
        let error = try #require(throws: EngineError.self) { try AudioFile.decode(path) }
        #expect(error.code == .unsupported)
    }

    @Test("A truncated file is an error or what there is of it", arguments: [4, 12, 20, 36, 43, 44, 45, 46, 61])
    func truncated(length: Int) throws {
        let scratch = try Scratch()
        let whole = wave(rate: 16_000, channels: [Array(1...100)])
        let path = try scratch.write("cut.wav", Array(whole[..<length]))
        do throws(EngineError) {
            let audio = try AudioFile.decode(path)
            #expect(audio.samples == Array(1...Int16((length - 44) / 2)))
        } catch {
            #expect(error.code == .malformed)
        }
    }
}
