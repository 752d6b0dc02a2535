import Engine
import Foundation
import Synchronization
import Testing

@testable import Media

@Suite struct AudioDecoderTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func error(
        _ bytes: [UInt8], limits: ProcessLimits = .untrustedAudio
    ) throws -> EngineError {
        let path = try scratch.write("upload", bytes)
        let error = try #require(throws: EngineError.self) {
            try AudioDecoder.decode(path: path, name: "audio", limits: limits)
        }
        #expect(error.subject == "audio")
        #expect(!"\(error)".contains(scratch.path))
        return error
    }

    @Test("16-bit samples come out as stored", arguments: [8_000, 44_100, 48_000])
    func exact(rate: Int) throws {
        let samples = (Int(Int16.min)...Int(Int16.max)).map { Int16($0) }
        let other = samples.map { $0 / 2 }
        let audio = try AudioDecoder.decode(
            path: scratch.write("a.wav", wave(rate: rate, channels: [samples, other])))
        let isEqual = audio.samples == samples
        #expect(audio.sampleRate == rate && isEqual)
    }

    @Test(
        "Decodes what AudioFile decodes, to the same samples",
        arguments: [
            "flac", "mp3", "ogg", "opus", "m4a", "webm", "aiff", "mkv", "mov", "3gp", "aac", "ac3", "wma", "avi", "mp2",
            "au",
            "caf", "w64", "ts", "flv",
        ])
    func formats(type: String) throws {
        let source = try scratch.write("in.wav", wave(rate: 44_100, channels: [tone(rate: 44_100, samples: 50_001)]))
        let path = scratch.file("speech.\(type)")
        let codec = type == "3gp" || type == "flv" ? ["-c:a", "aac"] : []
        try run("ffmpeg", ["-v", "error", "-i", source] + codec + [path])
        let audio = try AudioDecoder.decode(path: path)
        let expected = try AudioFile.decode(path)
        #expect(audio.sampleRate == expected.sampleRate)
        let isEqual = audio.samples.starts(with: expected.samples)
        #expect(isEqual)
        // The end of an MP3's last frame, which a decoder leaves out only if it knows the file's size.
        #expect(audio.samples.count - expected.samples.count <= (type == "mp3" ? 1_152 * 2 : 0))
    }

    @Test("A video's sound is decoded, whatever its pictures are", arguments: ["mp4", "webm", "mkv", "mov"])
    func videos(type: String) throws {
        let path = scratch.file("talk.\(type)")
        try run(
            "ffmpeg",
            ["-v", "error", "-f", "lavfi", "-i", "testsrc2=d=1:s=128x96", "-f", "lavfi", "-i", "sine=d=1:r=48000"]
                + ["-threads", "1", path])
        let audio = try AudioDecoder.decode(path: path)
        #expect(audio.sampleRate == 48_000)
        #expect(abs(audio.duration - 1) < 0.05)
    }

    @Test("An index at the end of a long MP4 is found", arguments: ["alac", "aac"])
    func lateIndex(codec: String) throws {
        // Noise, so that the file is longer than what a decoder may buffer.
        let noise = ["-f", "lavfi", "-i", "anoisesrc=d=20:r=48000:seed=1,aformat=channel_layouts=stereo"]
        let path = scratch.file("recorded.m4a")
        try run("ffmpeg", ["-v", "error"] + noise + ["-c:a", codec, "-b:a", "320k", path])
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let media = try #require(bytes.firstRange(of: Array("mdat".utf8)))
        #expect(bytes.count > 1 << 19 && media.lowerBound < 100)
        let isEqual = try AudioDecoder.decode(path: path).samples == AudioFile.decode(path).samples
        #expect(isEqual)
    }

    @Test(
        "Lists of other files are not followed",
        arguments: [
            "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
            "ffconcat version 1.0\nfile /etc/passwd\n",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
            "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"></MPD>",
            // Not at the start, where they are found without ffmpeg.
            "\u{FEFF}#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/x\n",
            ";FFMETADATA1\ntitle=x\n",
            "RTSPtextrtsp://127.0.0.1/x",
            "[Script Info]\nScriptType: v4.00+\n",
            "\u{89}PNG\r\n",
        ])
    func lists(text: String) throws {
        let code = try error(Array(text.utf8)).code
        #expect(code == .unsupported || code == .malformed)
    }

    @Test func emptyAndMeaninglessUploadsAreErrors() throws {
        #expect(try error([]).found == "an empty file")
        #expect(try error([0]).code == .malformed)
        var random = Random(seed: 3)
        for size in [2, 100, 70_000, 1 << 20] {
            #expect(try error((0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }).code == .malformed)
        }
        #expect(try error(Array(wave(rate: 16_000, channels: [[]]))).found.contains("no audio samples"))
        #expect(try error(Fixture.bytes("rgb.png")).code == .unsupported)
        let missing = try #require(throws: EngineError.self) {
            try AudioDecoder.decode(path: "/nowhere/a.wav", name: "audio")
        }
        #expect(missing.code == .unreadable && missing.subject == "audio")
    }

    @Test func aVideoWithoutSoundSaysSo() throws {
        let path = scratch.file("silent.mp4")
        try run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc2=d=1:s=64x48", "-threads", "1", path])
        let error = try #require(throws: EngineError.self) { try AudioDecoder.decode(path: path) }
        #expect(error.found == "no audio stream in it")
    }

    @Test func aClaimedLengthCostsNothing() throws {
        // A header that promises four gigabytes, then ten samples.
        var bytes = wave(rate: 16_000, channels: [Array(1...10)])
        bytes.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
        bytes.replaceSubrange(40..<44, with: [0xF0, 0xFF, 0xFF, 0xFF])
        let audio = try AudioDecoder.decode(path: scratch.write("claim.wav", bytes))
        #expect(audio.samples == Array(1...10))
    }

    @Test func whatUnpacksToMoreThanTheLimitIsAnError() throws {
        // An hour of silence in some kilobytes.
        let path = scratch.file("bomb.flac")
        try run(
            "ffmpeg",
            ["-v", "error", "-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "3600", "-frame_size", "4608", path])
        var limits = ProcessLimits.untrustedAudio
        limits.outputBytes = 1_000_000
        let error = try #require(throws: EngineError.self) {
            try AudioDecoder.decode(path: path, name: "audio", limits: limits)
        }
        #expect(error.code == .invalidValue && error.found == "more than 62 s of audio")
    }

    @Test func workIsBounded() throws {
        let path = scratch.file("long.flac")
        try run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "anoisesrc=d=200:r=48000:seed=1", path])
        var limits = ProcessLimits.untrustedAudio
        limits.cpuSeconds = 0
        let slow = try #require(throws: EngineError.self) { try AudioDecoder.decode(path: path, limits: limits) }
        #expect(slow.code == .invalidValue)
        limits = .untrustedAudio
        limits.wallSeconds = 0
        let late = try #require(throws: EngineError.self) { try AudioDecoder.decode(path: path, limits: limits) }
        #expect(late.found.contains("0 s to decode"))
        limits = .untrustedAudio
        limits.addressSpace = 1 << 20
        #expect(throws: EngineError.self) { try AudioDecoder.decode(path: path, limits: limits) }
        let canceled = try #require(throws: EngineError.self) {
            try AudioDecoder.decode(path: path, isCanceled: { true })
        }
        #expect(canceled.code == .canceled)
    }

    @Test func aSealedChildCanOpenNothing() throws {
        let secret = try scratch.write("secret", Array("secret".utf8))
        let script = "read line; cat < '\(secret)' || echo sealed; echo more > '\(scratch.file("made"))' || echo sealed"
        let child = try ChildProcess("bash", ["-c", script], input: .pipe, output: .pipe)
        try child.confine(.untrustedAudio)
        try child.sealAfterReading(UInt8(ascii: "x"))
        let feeder = InputFeeder(child, [[10]])
        let answer = String(decoding: try child.readAll(limit: 1_000), as: UTF8.self)
        feeder.wait()
        child.wait()
        #expect(answer == "sealed\nsealed\n")
        #expect(try scratch.names == ["secret"])
    }

    @Test func confinedChildrenWriteNoFiles() throws {
        let child = try ChildProcess(
            "bash", ["-c", "trap '' XFSZ; read line; echo some > '\(scratch.file("made"))' || echo refused"],
            input: .pipe,
            output: .pipe)
        try child.confine(.untrustedAudio)
        let feeder = InputFeeder(child, [[10]])
        #expect(String(decoding: try child.readAll(limit: 1_000), as: UTF8.self) == "refused\n")
        feeder.wait()
    }

    @Test func cpuTimeIsLimited() throws {
        var limits = ProcessLimits.untrustedAudio
        limits.cpuSeconds = 1
        let child = try ChildProcess("bash", ["-c", "read line; while :; do :; done"], input: .pipe)
        try child.confine(limits)
        child.closeInput()
        let ending = child.wait()
        #expect(ending == .killed(signal: SIGXCPU) || ending == .killed(signal: SIGKILL))
    }

    @Test("Damaged files are errors or what there is of them", arguments: ["mp3", "ogg", "m4a", "flac", "webm"])
    func damaged(type: String) throws {
        let source = try scratch.write("in.wav", wave(rate: 16_000, channels: [tone(rate: 16_000, samples: 16_000)]))
        let whole = scratch.file("whole.\(type)")
        try run("ffmpeg", ["-v", "error", "-i", source, whole])
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: whole)))
        var random = Random(seed: 11)
        for _ in 0..<6 {
            var damaged = bytes
            for _ in 0..<20 {
                damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            damaged.removeLast(Int.random(in: 0..<bytes.count / 2, using: &random))
            let path = try scratch.write("damaged", damaged)
            do throws(EngineError) {
                let audio = try AudioDecoder.decode(path: path)
                #expect(!audio.samples.isEmpty)
            } catch {
                #expect(error.code == .malformed)
            }
        }
    }
}
