import Engine
import Foundation
import Testing

@testable import Media

/// A video made of moving pictures, its segments in files as the service stores them.
struct SampleVideo {
    let stream: VideoStream
    let segmentPaths: [String]
    let sound: String?

    init(
        _ scratch: Scratch, _ format: VideoFormat, frames: Int, framesPerSegment: Int = 25, firstFrames: Int? = nil,
        size: (Int, Int) = (64, 48), transparent: Bool = false, channels: Int? = nil
    ) throws {
        let layout = try VideoLayout(format: format, width: size.0, height: size.1, transparent: transparent)
        let timeline = try VideoTimeline(
            frameCount: frames, framesPerSegment: framesPerSegment, firstFrames: firstFrames)
        var soundtrack: EncodedSoundtrack?
        sound = try channels.map { channels in
            let samples = tone(rate: 44_100, samples: frames * 44_100 / 25 + 9)
            return try scratch.write("in.wav", wave(rate: 44_100, channels: Array(repeating: samples, count: channels)))
        }
        if let sound {
            let path = scratch.file("sound")
            try SoundtrackEncoder.encode(Soundtrack(path: sound), format: format, timeline: timeline, to: path)
            soundtrack = try EncodedSoundtrack(path: path)
        }
        stream = try VideoStream.plan(layout: layout, timeline: timeline, soundtrack: soundtrack)
        var paths: [String] = []
        for index in 0..<timeline.segmentCount {
            let encoded = try Self.encode(layout, timeline.frames(ofSegment: index))
            paths.append(try scratch.write("segment\(index)", stream.segment(index, encoded)))
        }
        segmentPaths = paths
    }

    static func encode(_ layout: VideoLayout, _ frames: Range<Int>) throws -> EncodedSegment {
        let encoder = try SegmentEncoder(layout)
        for frame in frames { try encoder.append(picture(layout, frame)) }
        return try encoder.finish()
    }

    /// A gray that tells the frame's number, with a bar that moves; transparent ones fade from left to right.
    static func picture(_ layout: VideoLayout, _ frame: Int) -> Picture {
        let pixels = (0..<layout.height).flatMap { y in
            (0..<layout.width).flatMap { x -> [UInt8] in
                let isBar = y < layout.height / 2 && (x + frame) % 16 < 4
                let gray = isBar ? 250 : gray(frame)
                let color: [UInt8] = [gray, gray, gray]
                return layout.transparent ? color + [x < layout.width / 2 ? 255 : 64] : color
            }
        }
        return Picture(width: layout.width, height: layout.height, channels: layout.channels, bytes: pixels)
    }

    static func gray(_ frame: Int) -> UInt8 { UInt8(30 + frame * 7 % 200) }

    /// What `/stream` sends.
    var streamed: [UInt8] {
        get throws { try stream.header + segmentPaths.flatMap { [UInt8](try Data(contentsOf: URL(filePath: $0))) } }
    }
}

/// Packets as ffprobe sees them.
struct Packets: Decodable {
    struct Packet: Decodable {
        var codec_type: String
        var pts: Int?
        var dts: Int?
        var pts_time: String
        var dts_time: String
        var duration_time: String?
        var flags: String
    }
    var packets: [Packet]

    init(_ path: String) throws {
        let json = try run("ffprobe", ["-v", "error", "-show_packets", "-of", "json", "file:\(path)"])
        self = try JSONDecoder().decode(Packets.self, from: Data(json))
    }

    var video: [Packet] { packets.filter { $0.codec_type == "video" } }
    var audio: [Packet] { packets.filter { $0.codec_type == "audio" } }
}

/// Fails on anything that ffmpeg finds wrong with a file.
func requireClean(_ path: String) throws {
    let child = try ChildProcess(
        "ffmpeg", ["-v", "warning", "-xerror", "-err_detect", "explode", "-i", "file:\(path)", "-f", "null", "-"])
    try child.finish()
    #expect(child.complaint == "")
}

@Suite struct VideoStreamTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(
        "The stream and the finished file have every frame and the sound, exactly",
        arguments: VideoFormat.allCases, [(1, nil), (24, 1), (25, 2), (26, 1), (60, nil), (60, 6)] as [(Int, Int?)])
    func lengths(format: VideoFormat, shape: (frames: Int, channels: Int?)) throws {
        let video = try SampleVideo(
            scratch, format, frames: shape.frames, firstFrames: shape.frames == 60 ? VideoTimeline.shortLead : nil,
            channels: shape.channels)
        let final = scratch.file("final.\(format)")
        try video.stream.assemble(segmentPaths: video.segmentPaths, to: final)
        let streamed = try scratch.write("stream.\(format)", video.streamed)
        let seconds = Double(shape.frames) / 25
        for path in [streamed, final] {
            try requireClean(path)
            let probe = try Probe(path)
            #expect(probe.frames == shape.frames)
            #expect(probe.video.r_frame_rate == "25/1")
            #expect(probe.video.width == 64 && probe.video.height == 48)
            #expect(probe.video.color_space == "bt709" && probe.video.color_range == "tv")
            #expect(probe.audio?.channels == shape.channels)
            let packets = try Packets(path)
            for (index, packet) in packets.video.enumerated() {
                #expect(abs(Double(packet.pts_time)! - Double(index) / 25) < 1e-6)
                #expect(packet.pts_time == packet.dts_time)
                #expect(packet.flags.hasPrefix("K") == (video.stream.timeline.location(ofFrame: index).index == 0))
            }
            for (earlier, later) in zip(packets.audio, packets.audio.dropFirst()) {
                #expect(Double(earlier.pts_time)! < Double(later.pts_time)!)
            }
            if shape.channels != nil {
                // The encoder's priming lies before the first frame, and the last packet ends with the last frame.
                let first = try #require(packets.audio.first), last = try #require(packets.audio.last)
                #expect(Double(first.pts_time)! == (format == .mp4 ? -0.021333 : -0.007))
                #expect((0..<seconds).contains(Double(last.pts_time)!))
                // What comes out of ffmpeg: it cuts Opus to the sample, and AAC as the finished file says but for the
                // end.
                let surplus = try Probe.audioSeconds(path) - seconds
                let bounds = format == .webm ? 0...1e-9 : path == final ? 0...0.0214 : 0.02...0.0428
                #expect(bounds.contains(surplus))
            } else {
                #expect(probe.audio == nil)
            }
        }
        let file = [UInt8](try Data(contentsOf: URL(filePath: final)))
        let duration: Int
        switch format {
        case .mp4:
            // Durations in the headers, in each header's own units.
            let tables = try MovieFacts(file)
            #expect(tables.movieDuration == shape.frames * 40)
            #expect(
                tables.mediaDurations == [shape.frames * 512]
                    + (shape.channels == nil ? [] : [shape.frames * 1_920 + 1_024]))
            #expect(tables.sampleDurations == tables.mediaDurations)
            duration = shape.frames * 40
        case .webm:
            duration = Int((try Probe(final).seconds ?? 0) * 1_000)
        }
        #expect(duration == shape.frames * 40)
        #expect(try Probe(final).seconds == seconds)
    }

    @Test("The same job gives the same bytes", arguments: VideoFormat.allCases)
    func deterministic(format: VideoFormat) throws {
        let files = try (0..<2).map { run in
            let scratch = try Scratch()
            let video = try SampleVideo(scratch, format, frames: 30, channels: 1)
            let final = scratch.file("final")
            try video.stream.assemble(segmentPaths: video.segmentPaths, to: final)
            return (try video.streamed, [UInt8](try Data(contentsOf: URL(filePath: final))))
        }
        let isEqual = files[0] == files[1]
        #expect(isEqual)
    }

    @Test("Segments of any length", arguments: VideoFormat.allCases, [1, 7, 40])
    func segmentLengths(format: VideoFormat, length: Int) throws {
        let video = try SampleVideo(scratch, format, frames: 11, framesPerSegment: length, channels: 1)
        #expect(video.segmentPaths.count == (11 + length - 1) / length)
        let final = scratch.file("final.\(format)")
        try video.stream.assemble(segmentPaths: video.segmentPaths, to: final)
        for path in [final, try scratch.write("stream.\(format)", video.streamed)] {
            try requireClean(path)
            let packets = try Packets(path)
            #expect(packets.video.count == 11)
            #expect(packets.audio.count == (format == .mp4 ? 22 : 23))
        }
    }

    @Test("Colours and odd sizes survive", arguments: VideoFormat.allCases)
    func pictures(format: VideoFormat) throws {
        let video = try SampleVideo(scratch, format, frames: 27, size: (33, 17))
        let final = scratch.file("final.\(format)")
        try video.stream.assemble(segmentPaths: video.segmentPaths, to: final)
        #expect(video.stream.contentType == "video/\(format)")
        let probe = try Probe(final)
        #expect(probe.video.width == 34 && probe.video.height == 18)
        let pixels = try run("ffmpeg", ["-v", "error", "-i", final, "-pix_fmt", "rgb24", "-f", "rawvideo", "-"])
        #expect(pixels.count == 27 * 34 * 18 * 3)
        for frame in 0..<27 {
            let last = frame * 34 * 18 * 3 + (17 * 34 + 33) * 3
            #expect(abs(Int(pixels[last]) - Int(SampleVideo.gray(frame))) <= 6)
        }
    }

    @Test func alphaSurvives() throws {
        let video = try SampleVideo(scratch, .webm, frames: 27, transparent: true, channels: 2)
        let final = scratch.file("final.webm")
        try video.stream.assemble(segmentPaths: video.segmentPaths, to: final)
        for path in [final, try scratch.write("stream.webm", video.streamed)] {
            try requireClean(path)
            let pixels = try run(
                "ffmpeg", ["-v", "error", "-c:v", "libvpx-vp9", "-i", path, "-pix_fmt", "rgba", "-f", "rawvideo", "-"])
            #expect(pixels.count == 27 * 64 * 48 * 4)
            for frame in 0..<27 {
                let row = (frame * 48 + 40) * 64
                #expect(abs(Int(pixels[(row + 10) * 4 + 3]) - 255) <= 3)
                #expect(abs(Int(pixels[(row + 54) * 4 + 3]) - 64) <= 3)
            }
        }
    }

    @Test("Sound and pictures are in step", arguments: VideoFormat.allCases)
    func step(format: VideoFormat) throws {
        // Silence, then from 0.5 s into the file a tone; the video starts at 0.2 s of it.
        let silence = [Int16](repeating: 0, count: 24_000)
        let speech = try scratch.write(
            "late.wav", wave(rate: 48_000, channels: [silence + tone(rate: 48_000, samples: 72_000)]))
        let timeline = try VideoTimeline(frameCount: 40)
        let layout = try VideoLayout(format: format, width: 32, height: 32)
        let path = scratch.file("sound")
        try SoundtrackEncoder.encode(
            Soundtrack(path: speech, start: 0.2), format: format, timeline: timeline, to: path)
        let stream = try VideoStream.plan(
            layout: layout, timeline: timeline, soundtrack: EncodedSoundtrack(path: path))
        let segments = try (0..<2).map { index in
            try scratch.write(
                "s\(index)", stream.segment(index, SampleVideo.encode(layout, timeline.frames(ofSegment: index))))
        }
        let final = scratch.file("final.\(format)")
        try stream.assemble(segmentPaths: segments, to: final)
        let samples = try AudioFile.decode(final).samples
        let onset = try #require(samples.firstIndex { abs(Int($0)) > 2_000 })
        // 0.3 s, give or take the half millisecond that the tone needs to get loud and what the codecs smear.
        #expect(abs(onset - 14_400) < 120)
    }

    @Test func storedHeadersAreCheckedAgainstTheirVideo() throws {
        let video = try SampleVideo(scratch, .mp4, frames: 3, channels: 1)
        let sound = try EncodedSoundtrack(path: scratch.file("sound"))
        let stream = video.stream
        let again = try VideoStream(
            layout: stream.layout, timeline: stream.timeline, soundtrack: sound, header: stream.header)
        #expect(again.header == stream.header && again.codecs == stream.codecs)
        #expect(stream.codecs.hasPrefix("avc1.64") && stream.codecs.hasSuffix(",mp4a.40.2"))
        func error(_ header: [UInt8], _ sound: EncodedSoundtrack?, frames: Int = 3) throws -> EngineError.Code {
            try #require(throws: EngineError.self) {
                try VideoStream(
                    layout: stream.layout, timeline: VideoTimeline(frameCount: frames), soundtrack: sound,
                    header: header)
            }.code
        }
        #expect(try error([], sound) == .malformed)
        #expect(try error(Array(stream.header.dropLast()), sound) == .malformed)
        #expect(try error(stream.header, nil) == .malformed)
        #expect(try error(stream.header, sound, frames: 4) == .inconsistent)
        var random = Random(seed: 5)
        for _ in 0..<2_000 {
            var header = stream.header
            header[Int.random(in: 0..<header.count, using: &random)] ^= UInt8(
                1 << Int.random(in: 0..<8, using: &random))
            // Only what the encoder itself said is taken from a header.
            _ = try? VideoStream(layout: stream.layout, timeline: stream.timeline, soundtrack: sound, header: header)
        }
    }

    @Test func segmentsMustBeTheirVideos() throws {
        let layout = try VideoLayout(format: .mp4, width: 32, height: 32)
        let stream = try VideoStream.plan(layout: layout, timeline: VideoTimeline(frameCount: 30), soundtrack: nil)
        func code(_ index: Int, _ segment: EncodedSegment) throws -> EngineError.Code {
            try #require(throws: EngineError.self) { try stream.segment(index, segment) }.code
        }
        let five = try SampleVideo.encode(layout, 25..<30)
        #expect(try code(0, five) == .inconsistent)
        #expect(try code(2, five) == .invalidValue)
        var other = five
        other.configuration[1] ^= 1
        #expect(try code(1, other) == .inconsistent)
        #expect(throws: EngineError.self) { try VideoLayout(format: .mp4, width: 32, height: 32, transparent: true) }
    }

    @Test("Files that are not the stored segments are refused", arguments: VideoFormat.allCases)
    func assemblyChecksItsParts(format: VideoFormat) throws {
        let video = try SampleVideo(scratch, format, frames: 27, channels: 1)
        let final = scratch.file("final")
        func code(_ paths: [String]) throws -> EngineError.Code {
            try #require(throws: EngineError.self) { try video.stream.assemble(segmentPaths: paths, to: final) }.code
        }
        let paths = video.segmentPaths
        #expect(try code([paths[0]]) == .inconsistent)
        #expect(try code([paths[1], paths[0]]) == .malformed)
        #expect(try code([paths[0], scratch.file("none")]) == .unreadable)
        #expect(try code([paths[0], scratch.write("empty", [])]) == .malformed)
        let whole = [UInt8](try Data(contentsOf: URL(filePath: paths[1])))
        #expect(try code([paths[0], scratch.write("cut", whole.dropLast())]) == .malformed)
        #expect(try code([paths[0], scratch.write("long", whole + [0])]) == .malformed)
        for length in 0..<min(whole.count, 300) {
            #expect(try code([paths[0], scratch.write("cut", Array(whole[..<length]))]) == .malformed)
        }
        let canceled = try #require(throws: EngineError.self) {
            try video.stream.assemble(segmentPaths: paths, to: final, isCanceled: { true })
        }
        #expect(canceled.code == .canceled)
        #expect(!(try scratch.names).contains("final"))
        #expect(try scratch.names.allSatisfy { !$0.hasSuffix(".partial") })
    }
}
