import Engine
import Foundation
import Testing

@testable import Media

/// Headers and segments byte by byte, as the standards lay them out.
@Suite struct SegmentBytesTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Two frames of sound, 3840 samples: AAC needs five packets with its priming, Opus five.
    private func soundtrack(_ format: VideoFormat) throws -> EncodedSoundtrack {
        let isAAC = format == .mp4
        let packets = (0..<6).map { [UInt8](repeating: UInt8(0xA0 + $0), count: $0 + 1)[...] }
        let file = try EncodedSoundtrack.file(
            format: format, channels: 2, samplesPerPacket: isAAC ? 1_024 : 960, priming: isAAC ? 1_024 : 312,
            sampleCount: 3_840, configuration: [0x11, 0x90], packets: packets, name: "sound")
        return try EncodedSoundtrack(path: scratch.write("sound", file))
    }

    private let samples = [
        VideoSample(bytes: [1, 2, 3], isKey: true), VideoSample(bytes: [4], isKey: false),
    ]

    @Test func boxesHaveTheirSizeInFront() {
        var writer = BoxWriter()
        writer.box("moov") { moov in
            moov.box("free")
            moov.box("mfhd", version: 1, flags: 0x02_0304) { $0.put(UInt16(5)) }
        }
        #expect(
            writer.bytes == [0, 0, 0, 30] + Array("moov".utf8) + [0, 0, 0, 8] + Array("free".utf8)
                + [0, 0, 0, 14] + Array("mfhd".utf8) + [1, 2, 3, 4, 0, 5])
    }

    @Test func aFragmentIsWhatTheStandardSays() throws {
        let layout = try VideoLayout(format: .mp4, width: 32, height: 32)
        let timeline = try VideoTimeline(frameCount: 2)
        let movie = MovieWriter(
            layout: layout, timeline: timeline, configuration: [], soundtrack: try soundtrack(.mp4))
        let bytes = try FragmentedMP4(movie: movie).segment(0, samples)
        func box(_ type: String, _ body: [UInt8]) -> [UInt8] {
            UInt32(body.count + 8).bigEndianBytes + Array(type.utf8) + body
        }
        func words(_ values: UInt32...) -> [UInt8] { values.flatMap(\.bigEndianBytes) }
        // 8 + 16 of mfhd, 8 + 24 + 20 + 32 of the video's traf, 8 + 24 + 20 + 60 of the sound's: 220 bytes of moof,
        // then 8 of the mdat's header.
        let video = box(
            "traf",
            box("tfhd", words(0x02_0028, 1, 512, 0x0101_0000)) + box("tfdt", words(0x0100_0000, 0, 0))
                + box("trun", words(0x205, 2, 228, 0x0200_0000, 3, 1)))
        // 1024 of priming and 3840 of sound leave 768 for the fifth packet.
        let sound = box(
            "traf",
            box("tfhd", words(0x02_0028, 2, 1_024, 0x0200_0000)) + box("tfdt", words(0x0100_0000, 0, 0))
                + box("trun", words(0x301, 5, 232, 1_024, 1, 1_024, 2, 1_024, 3, 1_024, 4, 768, 5)))
        let fragment = box("moof", box("mfhd", words(0, 1)) + video + sound)
        #expect(fragment.count == 220)
        let payload: [UInt8] =
            [1, 2, 3, 4, 0xA0, 0xA1, 0xA1, 0xA2, 0xA2, 0xA2] + [UInt8](repeating: 0xA3, count: 4)
            + [UInt8](repeating: 0xA4, count: 5)
        #expect(bytes == fragment + box("mdat", payload))
        let stored = try bytes.withUnsafeBytes { try StoredFragment($0, index: 0, name: "segment") }
        #expect(stored.videoSizes == [3, 1] && stored.soundSizes == [1, 2, 3, 4, 5])
        #expect(stored.payload == 228..<247)
    }

    @Test func aClusterIsWhatTheStandardSays() throws {
        let layout = try VideoLayout(format: .webm, width: 32, height: 32)
        let timeline = try VideoTimeline(frameCount: 2)
        let stream = WebMStream(layout: layout, timeline: timeline, soundtrack: try soundtrack(.webm))
        let blocks: [[UInt8]] = [
            [0xE7, 0x81, 0],
            [0xA3, 0x87, 0x81, 0, 0, 0x80, 1, 2, 3],
            [0xA3, 0x85, 0x82, 0, 0, 0x80, 0xA0],
            [0xA3, 0x86, 0x82, 0, 20, 0x80, 0xA1, 0xA1],
            [0xA3, 0x85, 0x81, 0, 40, 0, 4],
            [0xA3, 0x87, 0x82, 0, 40, 0x80, 0xA2, 0xA2, 0xA2],
            [0xA3, 0x88, 0x82, 0, 60, 0x80, 0xA3, 0xA3, 0xA3, 0xA3],
            // 4800 samples decoded, 312 and 3840 wanted: 648 to discard, 13.5 ms.
            [0xA0, 0x96, 0xA1, 0x89, 0x82, 0, 80, 0, 0xA4, 0xA4, 0xA4, 0xA4, 0xA4],
            [0x75, 0xA2, 0x88, 0, 0, 0, 0, 0, 0xCD, 0xFE, 0x60],
        ]
        let content = blocks.flatMap { $0 }
        #expect(stream.segment(0, samples) == [0x1F, 0x43, 0xB6, 0x75] + EBMLWriter.size(content.count) + content)
    }

    @Test("Each packet belongs to one segment", arguments: VideoFormat.allCases, [1, 2, 25])
    func packetsAreShared(format: VideoFormat, length: Int) throws {
        let timeline = try VideoTimeline(frameCount: 2, framesPerSegment: length)
        let sound = try soundtrack(format)
        #expect(sound.packetCount == 5 && sound.duration(ofPacket: 3) == sound.samplesPerPacket)
        let packets = (0..<timeline.segmentCount).flatMap { sound.packets(of: $0, in: timeline, lead: sound.priming) }
        #expect(packets == Array(0..<5))
        #expect(sound.packet(2) == [0xA2, 0xA2, 0xA2])
    }

    @Test func damagedSoundtracksAreRefused() throws {
        _ = try soundtrack(.mp4)
        let whole = [UInt8](try Data(contentsOf: URL(filePath: scratch.file("sound"))))
        for length in whole.indices {
            let path = try scratch.write("cut", Array(whole[..<length]))
            #expect(throws: EngineError.self) { try EncodedSoundtrack(path: path) }
        }
        var random = Random(seed: 9)
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = [0, 1, 0x7F, 0xFF].randomElement(
                    using: &random)!
            }
            guard let sound = try? EncodedSoundtrack(path: scratch.write("odd", bytes)) else { continue }
            for packet in 0..<sound.packetCount { _ = sound.packet(packet) }
        }
        #expect(throws: EngineError.self) {
            try EncodedSoundtrack.file(
                format: .mp4, channels: 2, samplesPerPacket: 1_024, priming: 1_024, sampleCount: 1, configuration: [],
                packets: [[1]], name: "sound")
        }
    }

    @Test("Short, empty and late sounds become silence where they end", arguments: VideoFormat.allCases)
    func padding(format: VideoFormat) throws {
        let timeline = try VideoTimeline(frameCount: 50)
        let source = try scratch.write("in.wav", wave(rate: 16_000, channels: [tone(rate: 16_000, samples: 8_000)]))
        for start in [0, 0.3, 5] {
            let path = scratch.file("sound")
            try SoundtrackEncoder.encode(
                Soundtrack(path: source, start: start), format: format, timeline: timeline, to: path)
            let sound = try EncodedSoundtrack(path: path)
            #expect(sound.sampleCount == 96_000 && sound.channels == 1 && sound.format == format)
        }
        let text = try scratch.write("in.txt", Array("hello there".utf8))
        let error = try #require(throws: EngineError.self) {
            try SoundtrackEncoder.encode(
                Soundtrack(path: text), name: "audio", format: format, timeline: timeline, to: scratch.file("other"))
        }
        #expect(error.subject == "audio")
        #expect(!(try scratch.names).contains("other"))
    }

    @Test("Sound is encoded before the video's length is known", arguments: VideoFormat.allCases)
    func uncut(format: VideoFormat) throws {
        // Half a second and 9 samples: 14 frames of video if the last one is begun.
        let source = try scratch.write("in.wav", wave(rate: 16_000, channels: [tone(rate: 16_000, samples: 8_009)]))
        let packets = try SoundtrackEncoder.packets(of: Soundtrack(path: source), format: format, atMost: 5)
        for frames in [1, 5, 13, 14] {
            let timeline = try VideoTimeline(frameCount: frames)
            let (cut, known) = (scratch.file("cut"), scratch.file("known"))
            try packets.write(to: cut, timeline: timeline)
            try SoundtrackEncoder.encode(Soundtrack(path: source), format: format, timeline: timeline, to: known)
            let (sound, other) = (try EncodedSoundtrack(path: cut), try EncodedSoundtrack(path: known))
            #expect(sound.sampleCount == frames * 1_920 && sound.packetCount == other.packetCount)
            #expect(sound.configuration == other.configuration && sound.priming == other.priming)
            // Only where the end comes into it does it matter that it was not known.
            let agreeing = (0..<sound.packetCount).prefix { sound.packet($0) == other.packet($0) }
            #expect(agreeing.count >= sound.packetCount - 3)
        }
        let timeline = try VideoTimeline(frameCount: 50)
        let short = try #require(throws: EngineError.self) {
            try packets.write(to: scratch.file("short"), timeline: timeline)
        }
        #expect(short.code == .malformed)
        let names = try scratch.names
        #expect(!names.contains("short"))
        // What is beyond the limit is left out.
        let long = try scratch.write("long.wav", wave(rate: 16_000, channels: [tone(rate: 16_000, samples: 80_000)]))
        let limited = try SoundtrackEncoder.packets(of: Soundtrack(path: long), format: format, atMost: 1)
        #expect(throws: EngineError.self) { try limited.write(to: scratch.file("short"), timeline: timeline) }
        try limited.write(to: scratch.file("whole"), timeline: VideoTimeline(frameCount: 25))
    }

    @Test func picturesAreReadFromMemory() throws {
        let bytes = try Fixture.bytes("rgb.png")
        #expect(try PictureFile.read(bytes, name: "background") == PictureFile.read(Fixture.path("rgb.png")))
        // A PNG that claims 60000 by 60000 pixels.
        var large = bytes
        large.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
        let error = try #require(throws: EngineError.self) { try PictureFile.read(large, name: "background") }
        #expect(error.code == .invalidValue && error.subject == "background")
        let empty = try #require(throws: EngineError.self) { try PictureFile.read([], name: "background") }
        #expect(empty.found == "an empty file")
    }
}
