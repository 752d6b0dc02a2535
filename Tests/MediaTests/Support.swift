import Foundation
import Media
import Testing

/// A folder of a test's own, gone when the test is over.
final class Scratch {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "adnerf-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: file(name)))
        return file(name)
    }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}

enum Fixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Fixtures/media").standardizedFileURL

    static func path(_ name: String) -> String { folder.appending(path: name).path }

    static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: name))) }
}

/// Runs a program to its end and returns what it wrote.
@discardableResult
func run(_ name: String, _ arguments: [String]) throws -> [UInt8] {
    let child = try ChildProcess(name, arguments, output: .pipe)
    let output = try child.readAll(limit: 1 << 26)
    try child.finish()
    return output
}

/// A 16-bit PCM WAV file.
///
/// - Parameter channels: one array of samples for each channel, all of one length.
func wave(rate: Int, channels: [[Int16]]) -> [UInt8] {
    func little(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 0xFF) } }
    let data = channels[0].indices.flatMap { index in
        channels.flatMap { little(Int(UInt16(bitPattern: $0[index])), 2) }
    }
    let frame = channels.count * 2
    return Array("RIFF".utf8) + little(36 + data.count, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + little(1, 2)
        + little(channels.count, 2) + little(rate, 4) + little(rate * frame, 4) + little(frame, 2) + little(16, 2)
        + Array("data".utf8) + little(data.count, 4) + data
}

/// A sine of 440 Hz at a quarter of the full scale.
func tone(rate: Int, samples: Int) -> [Int16] {
    (0..<samples).map { Int16(8_000 * sin(2 * Double.pi * 440 * Double($0) / Double(rate))) }
}

/// What ffprobe says of a stream of a file.
struct Probe: Decodable {
    struct Stream: Decodable {
        var codec_type: String
        var codec_name: String
        var width: Int?
        var height: Int?
        var pix_fmt: String?
        var color_range: String?
        var color_space: String?
        var color_primaries: String?
        var color_transfer: String?
        var r_frame_rate: String
        var start_time: String?
        var channels: Int?
        var nb_read_frames: String?
        var tags: [String: String]?
    }
    struct Format: Decodable {
        var duration: String?
    }
    var streams: [Stream]
    var format: Format

    init(_ path: String) throws {
        let json = try run(
            "ffprobe", ["-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", "file:\(path)"])
        self = try JSONDecoder().decode(Probe.self, from: Data(json))
    }

    var video: Stream { streams.first { $0.codec_type == "video" }! }
    var audio: Stream? { streams.first { $0.codec_type == "audio" } }
    /// The file's length in seconds, where it says one.
    var seconds: Double? { format.duration.flatMap { Double($0) } }
    var frames: Int { Int(video.nb_read_frames ?? "") ?? -1 }

    /// Seconds of sound that come out of a decoder.
    static func audioSeconds(_ path: String) throws -> Double {
        let sound = ["-map", "0:a:0", "-ac", "1", "-ar", "48000", "-f", "s16le", "-"]
        let bytes = try run("ffmpeg", ["-v", "error", "-i", "file:\(path)"] + sound)
        return Double(bytes.count / 2) / 48_000
    }
}

/// A generator whose every seed gives the same numbers on every run (SplitMix64).
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
