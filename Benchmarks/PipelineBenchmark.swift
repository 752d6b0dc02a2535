import Engine
import Foundation
import Media

/// All of the way from speech to a video but the rendering, stage by stage: seconds of wall time and of CPU time, those
/// of child processes included.
///
/// Pictures are synthetic, smooth and moving, and cost nothing in the table.
///
/// - Parameters:
///   - seconds: length of the synthetic recording.
///   - size: width and height of the pictures.
///   - framesPerSegment: frames of each segment but the first.
func pipelineBenchmark(seconds: Int = 10, size: Int = 450, framesPerSegment: Int = VideoTimeline.frameRate) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pipeline-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let audio = "\(folder)/speech.wav"
    try Data(recording(seconds: seconds)).write(to: URL(fileURLWithPath: audio))
    let layout = try VideoLayout(format: .mp4, width: size, height: size)
    let timeline = try VideoTimeline(
        frameCount: seconds * VideoTimeline.frameRate, framesPerSegment: framesPerSegment,
        firstFrames: min(VideoTimeline.shortLead, framesPerSegment))

    print(
        "\(timeline.frameCount) frames of \(size) x \(size) in \(timeline.segmentCount) segments, sound at 44.1 kHz\n")
    print("| Stage | seconds | CPU seconds | CPU ms a frame |\n| --- | ---: | ---: | ---: |")
    var all = Lap()
    func row(_ name: String, _ lap: Lap) {
        all.wall += lap.wall
        all.cpu += lap.cpu
        print(
            "| \(name) | "
                + String(
                    format: "%.3f | %.3f | %.2f |", lap.wall, lap.cpu, lap.cpu * 1e3 / Double(timeline.frameCount)))
    }

    row("decode", try measure { _ = try AudioDecoder.decode(path: audio) })
    let sound = "\(folder)/sound"
    row(
        "soundtrack",
        try measure {
            try SoundtrackEncoder.packets(of: Soundtrack(path: audio), format: .mp4, atMost: seconds)
                .write(to: sound, timeline: timeline)
        })
    var planned: VideoStream?
    let soundtrack = try EncodedSoundtrack(path: sound)
    row(
        "header, the first of its size",
        try measure { planned = try VideoStream.plan(layout: layout, timeline: timeline, soundtrack: soundtrack) })
    row(
        "header, again",
        try measure { planned = try VideoStream.plan(layout: layout, timeline: timeline, soundtrack: soundtrack) })
    guard let stream = planned else { return }

    let frames = (0..<VideoTimeline.frameRate).map { syntheticFrame(size: size, number: $0) }
    var pictures: [Picture] = []
    let converting = measure { pictures = frames.map { Picture($0) } }
    row("colours to bytes", converting * (Double(timeline.frameCount) / Double(frames.count)))
    var paths: [String] = []
    var encoding: [Lap] = []
    for index in 0..<timeline.segmentCount {
        let path = "\(folder)/\(index)"
        encoding.append(
            try measure {
                let encoder = try SegmentEncoder(layout)
                for frame in timeline.frames(ofSegment: index) { try encoder.append(pictures[frame % pictures.count]) }
                try Data(stream.segment(index, encoder.finish())).write(to: URL(fileURLWithPath: path))
            })
        paths.append(path)
    }
    row("encode, the first segment", encoding[0])
    row("encode, the others", encoding.dropFirst().reduce(Lap()) { Lap(wall: $0.wall + $1.wall, cpu: $0.cpu + $1.cpu) })
    row("assemble", try measure { try stream.assemble(segmentPaths: paths, to: "\(folder)/video.mp4") })
    row("all of it, one after the other", all)
}

private struct Lap {
    var wall = 0.0
    var cpu = 0.0

    static func * (lap: Lap, factor: Double) -> Lap { Lap(wall: lap.wall * factor, cpu: lap.cpu * factor) }
}

private func measure(_ body: () throws -> Void) rethrows -> Lap {
    let (start, used) = (ContinuousClock.now, processorSeconds())
    try body()
    return Lap(wall: (ContinuousClock.now - start) / .seconds(1), cpu: processorSeconds() - used)
}

/// CPU time of this process and of its children that have ended.
private func processorSeconds() -> Double {
    [RUSAGE_SELF, RUSAGE_CHILDREN].reduce(0) { sum, who in
        var usage = rusage()
        getrusage(__rusage_who_t(who.rawValue), &usage)
        return sum + Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}

/// A face's worth of detail: soft discs that wander over a gradient.
private func syntheticFrame(size: Int, number: Int) -> Frame {
    let time = Float(number) / 25 * 2 * .pi
    let rgb = (0..<size * size).flatMap { pixel -> [Float] in
        let (x, y) = (Float(pixel % size) / Float(size), Float(pixel / size) / Float(size))
        return (0..<3).map { channel in
            let (dx, dy) = (x - 0.5 - 0.02 * sin(time), y - 0.5 - 0.02 * cos(time + Float(channel)))
            let disc = 1 / (1 + exp(60 * ((dx * dx + dy * dy).squareRoot() - 0.3)))
            return 0.3 + 0.3 * y + 0.35 * disc * (0.8 + 0.2 * sin(40 * dx) * sin(30 * dy))
        }
    }
    return Frame(width: size, height: size, rgb: rgb, alpha: nil)
}

/// A WAV file with a voice-like tone.
private func recording(seconds: Int) -> [UInt8] {
    func little(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 0xFF) } }
    let count = seconds * 44_100
    let samples = (0..<count).flatMap { index -> [UInt8] in
        let time = Double(index) / 44_100
        let voice = sin(900 * time) + 0.4 * sin(2_700 * time)
        return little(Int(6_000 * voice * max(0, sin(14 * time))) & 0xFFFF, 2)
    }
    return Array("RIFF".utf8) + little(36 + samples.count, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + little(1, 2)
        + little(1, 2) + little(44_100, 4) + little(88_200, 4) + little(2, 2) + little(16, 2) + Array("data".utf8)
        + little(samples.count, 4) + samples
}
