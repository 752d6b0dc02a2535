import Engine
import Foundation
import Media
import Testing

@Suite struct VideoWriterTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    private func picture(_ width: Int, _ height: Int, _ color: [UInt8]) -> Picture {
        Picture(
            width: width, height: height, channels: color.count, bytes: (0..<width * height).flatMap { _ in color })
    }

    private func sound(seconds: Double, rate: Int = 44_100, channels: Int = 2) throws -> String {
        let samples = tone(rate: rate, samples: Int(seconds * Double(rate)))
        return try scratch.write("speech.wav", wave(rate: rate, channels: Array(repeating: samples, count: channels)))
    }

    private func write(
        _ path: String, _ format: VideoFormat, frames: Int, size: (Int, Int) = (64, 48), soundtrack: Soundtrack? = nil
    ) throws {
        let writer = try VideoWriter(
            path: path, format: format, width: size.0, height: size.1, soundtrack: soundtrack)
        for frame in 0..<frames { try writer.append(picture(size.0, size.1, [UInt8(frame % 256), 90, 40])) }
        try writer.finish()
    }

    @Test(
        "Sound and pictures are equally long",
        arguments: VideoFormat.allCases, [(44_100, 2), (16_000, 1), (8_000, 1), (48_000, 6)])
    func lengths(format: VideoFormat, source: (rate: Int, channels: Int)) throws {
        // 2.03 s: 51 frames, as the features make of it, a hundredth of a second longer.
        let speech = try sound(seconds: 2.03, rate: source.rate, channels: source.channels)
        let path = scratch.file("talk.\(format)")
        try write(path, format, frames: 51, soundtrack: Soundtrack(path: speech))
        let probe = try Probe(path)
        #expect(probe.frames == 51)
        #expect(probe.video.r_frame_rate == "25/1")
        #expect(probe.video.codec_name == (format == .mp4 ? "h264" : "vp9"))
        #expect(probe.video.pix_fmt == "yuv420p")
        #expect(probe.audio?.codec_name == (format == .mp4 ? "aac" : "opus"))
        #expect(probe.audio?.channels == source.channels)
        // Opus starts 6.5 ms early to warm up, and WebM has no time before zero: sound and pictures move together.
        #expect(Double(probe.video.start_time ?? "9")! < 0.01)
        let seconds = try Probe.audioSeconds(path)
        #expect(abs(seconds - 2.04) <= 0.04)
        #expect(abs((probe.seconds ?? 0) - 2.04) <= 0.04)
    }

    @Test func mp4StartsWithItsIndex() throws {
        let path = scratch.file("talk.mp4")
        try write(path, .mp4, frames: 5, soundtrack: Soundtrack(path: try sound(seconds: 0.2)))
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let index = try #require(bytes.firstRange(of: Array("moov".utf8)))
        let media = try #require(bytes.firstRange(of: Array("mdat".utf8)))
        #expect(index.lowerBound < media.lowerBound)
    }

    @Test func coloursSurviveAndAreTagged() throws {
        let path = scratch.file("colour.mp4")
        let writer = try VideoWriter(path: path, format: .mp4, width: 32, height: 32)
        for _ in 0..<3 { try writer.append(picture(32, 32, [200, 60, 30])) }
        try writer.finish()
        let probe = try Probe(path)
        #expect(probe.audio == nil)
        let video = probe.video
        #expect(video.color_space == "bt709" && video.color_primaries == "bt709" && video.color_transfer == "bt709")
        #expect(video.color_range == "tv")
        let pixels = try run("ffmpeg", ["-v", "error", "-i", path, "-pix_fmt", "rgb24", "-f", "rawvideo", "-"])
        #expect(pixels.count == 3 * 32 * 32 * 3)
        for (value, expected) in zip(pixels, [200, 60, 30]) { #expect(abs(Int(value) - expected) <= 3) }
    }

    @Test("Odd sizes repeat their edge", arguments: [(33, 18), (34, 17), (33, 17), (1, 1)])
    func odd(width: Int, height: Int) throws {
        let path = scratch.file("odd.mp4")
        try write(path, .mp4, frames: 2, size: (width, height))
        let probe = try Probe(path)
        #expect(probe.video.width == width + width % 2 && probe.video.height == height + height % 2)
        let pixels = try run("ffmpeg", ["-v", "error", "-i", path, "-pix_fmt", "rgb24", "-f", "rawvideo", "-"])
        // The last pixel of the first frame: the colour, not black.
        let last = (width + width % 2) * (height + height % 2) * 3 - 2
        #expect(abs(Int(pixels[last]) - 90) <= 4)
    }

    @Test func webmCarriesAlpha() throws {
        let path = scratch.file("alpha.webm")
        let writer = try VideoWriter(
            path: path, format: .webm, width: 64, height: 48, transparent: true,
            soundtrack: Soundtrack(path: try sound(seconds: 0.4)))
        for _ in 0..<10 {
            // The left half opaque, the right half a quarter.
            let bytes = (0..<64 * 48).flatMap { [250, 250, 250, $0 % 64 < 32 ? 255 : 64] as [UInt8] }
            try writer.append(Picture(width: 64, height: 48, channels: 4, bytes: bytes))
        }
        try writer.finish()
        let probe = try Probe(path)
        #expect(probe.frames == 10)
        let tags = Dictionary(uniqueKeysWithValues: (probe.video.tags ?? [:]).map { ($0.key.lowercased(), $0.value) })
        #expect(tags["alpha_mode"] == "1")
        let pixels = try run(
            "ffmpeg", ["-v", "error", "-c:v", "libvpx-vp9", "-i", path, "-pix_fmt", "rgba", "-f", "rawvideo", "-"])
        #expect(pixels.count == 10 * 64 * 48 * 4)
        #expect(abs(Int(pixels[(20 * 64 + 10) * 4 + 3]) - 255) <= 3)
        #expect(abs(Int(pixels[(20 * 64 + 54) * 4 + 3]) - 64) <= 3)
    }

    @Test("An early end cuts the sound", arguments: VideoFormat.allCases)
    func interrupted(format: VideoFormat) throws {
        let path = scratch.file("part.\(format)")
        try write(path, format, frames: 10, soundtrack: Soundtrack(path: try sound(seconds: 5)))
        #expect(try Probe(path).frames == 10)
        #expect(abs(try Probe.audioSeconds(path) - 0.4) <= 0.06)
    }

    @Test func shortSoundIsPaddedWithSilence() throws {
        let path = scratch.file("long.mp4")
        try write(path, .mp4, frames: 50, soundtrack: Soundtrack(path: try sound(seconds: 0.5)))
        #expect(abs(try Probe.audioSeconds(path) - 2) <= 0.04)
    }

    @Test func soundStartsWhereTheFramesStart() throws {
        let silence = [Int16](repeating: 0, count: 16_000)
        let speech = try scratch.write(
            "late.wav", wave(rate: 16_000, channels: [silence + tone(rate: 16_000, samples: 16_000)]))
        let path = scratch.file("late.webm")
        try write(path, .webm, frames: 25, soundtrack: Soundtrack(path: speech, start: 0.8))
        let samples = try AudioFile.decode(path).samples
        func loudness(_ seconds: Range<Double>) -> Double {
            let part = samples[Int(seconds.lowerBound * 48_000)..<Int(seconds.upperBound * 48_000)]
            return (part.map { Double($0) * Double($0) }.reduce(0, +) / Double(part.count)).squareRoot()
        }
        // Silence until 0.2 s, then the tone.
        #expect(loudness(0.02..<0.18) < 100)
        #expect(loudness(0.22..<0.4) > 4_000)
    }

    @Test("Any file with sound will do", arguments: ["mp3", "ogg", "flac", "m4a"])
    func soundtracks(type: String) throws {
        let speech = scratch.file("-odd: name.\(type)")
        try run("ffmpeg", ["-v", "error", "-i", try sound(seconds: 1), "file:\(speech)"])
        let path = scratch.file("-talk: 1%d.mp4")
        try write(path, .mp4, frames: 25, soundtrack: Soundtrack(path: speech))
        #expect(try Probe(path).audio?.channels == 2)
        #expect(abs(try Probe.audioSeconds(path) - 1) <= 0.06)
    }

    @Test func anExistingFileIsReplacedAtTheEndOnly() throws {
        let path = try scratch.write("talk.mp4", [1, 2, 3])
        let writer = try VideoWriter(path: path, format: .mp4, width: 16, height: 16)
        try writer.append(picture(16, 16, [1, 2, 3]))
        #expect([UInt8](try Data(contentsOf: URL(filePath: path))) == [1, 2, 3])
        try writer.finish()
        #expect(try Probe(path).frames == 1)
        #expect(try scratch.names == ["talk.mp4"])
    }

    @Test func withoutAFrameThereIsNoFile() throws {
        try write(scratch.file("none.mp4"), .mp4, frames: 0)
        #expect(try scratch.names.isEmpty)
    }

    @Test func abandonedVideosLeaveNothing() throws {
        do {
            let writer = try VideoWriter(path: scratch.file("a.mp4"), format: .mp4, width: 16, height: 16)
            try writer.append(picture(16, 16, [1, 2, 3]))
            writer.abandon()
            // A second one that is only forgotten.
            let other = try VideoWriter(path: scratch.file("b.mp4"), format: .mp4, width: 16, height: 16)
            try other.append(picture(16, 16, [1, 2, 3]))
        }
        #expect(try scratch.names.isEmpty)
    }

    @Test func errorsComeBeforeTheFirstFrame() throws {
        func error(_ path: String, transparent: Bool = false, soundtrack: Soundtrack? = nil) throws -> EngineError {
            try #require(throws: EngineError.self) {
                try VideoWriter(
                    path: path, format: .mp4, width: 16, height: 16, transparent: transparent, soundtrack: soundtrack)
            }
        }
        #expect(try error(scratch.file("no/talk.mp4")).code == .unwritable)
        #expect(try error(scratch.path).found == "a folder")
        #expect(try error("/dev/null").found == "not a plain file")
        #expect(try error(scratch.file("a.mp4"), transparent: true).remedy.contains("webm"))
        let text = try scratch.write("text.wav", Array("hello".utf8))
        #expect(try error(scratch.file("a.mp4"), soundtrack: Soundtrack(path: text)).subject == text)
    }

    @Test func framesOfAnotherSizeAreRefused() throws {
        let writer = try VideoWriter(path: scratch.file("a.mp4"), format: .mp4, width: 16, height: 16)
        #expect(throws: EngineError.self) { try writer.append(picture(15, 16, [1, 2, 3])) }
        #expect(throws: EngineError.self) { try writer.append(picture(16, 16, [1, 2, 3, 4])) }
    }
}
