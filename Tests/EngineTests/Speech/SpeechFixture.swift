import Foundation
import Testing

@testable import Engine

/// The files of `Tests/Fixtures/speech`, which `make_fixtures.py` there makes, and of the shared folder beside the
/// repository.
enum SpeechFixture {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func path(_ name: String) -> String {
        repository.appending(path: "Tests/Fixtures/speech/\(name)").path
    }

    static func array(_ name: String) throws -> Tensor {
        try NumpyFile.read(path: path(name))
    }

    /// The recordings and the graph beside the repository, or beside one of the folders around it; nil where there
    /// are none.
    static let shared: URL? = {
        var folder = repository.deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appending(path: "shared/speech")
            if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
            folder.deleteLastPathComponent()
        }
        return nil
    }()

    /// The first channel of a RIFF file of 16-bit samples.
    static func waveform(at path: String) throws -> Waveform {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        func integer(_ at: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
        }
        var at = 12
        var channels = 1
        var rate = 0
        while at + 8 <= bytes.count {
            let size = integer(at + 4, 4)
            switch String(decoding: bytes[at..<(at + 4)], as: UTF8.self) {
            case "fmt ":
                channels = integer(at + 10, 2)
                rate = integer(at + 12, 4)
            case "data":
                let samples = stride(from: at + 8, to: at + 8 + size, by: 2 * channels).map {
                    Int16(truncatingIfNeeded: integer($0, 2))
                }
                return try Waveform(sampleRate: rate, samples: samples, name: path)
            default: break
            }
            at += 8 + size + size % 2
        }
        throw EngineError(.malformed, path, found: "no samples")
    }

    /// The largest difference between corresponding values.
    static func difference(_ a: [Float], _ b: [Float]) -> Float {
        guard a.count == b.count else { return .infinity }
        return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1).isNaN ? .infinity : abs($1.0 - $1.1)) }
    }

    /// All inputs of the network, `[rows.count, 494]`.
    static func inputs(_ rows: ContextRows) -> [Float] {
        let buffer = FloatRows(capacity: rows.count, stride: ContextRows.width)
        rows.copy(0..<rows.count, to: buffer)
        return Array(UnsafeBufferPointer(start: buffer.base, count: rows.count * buffer.stride))
    }

    static func rows(of waveform: Waveform) throws -> ContextRows {
        var cepstrum = MelCepstrum()
        return ContextRows(
            cepstra: try cepstrum.cepstra(of: Resampler(from: waveform.sampleRate).resample(waveform.samples)))
    }

    /// The error that a body throws; nil if it throws none.
    static func error(_ body: () throws -> Void) -> EngineError? {
        do {
            try body()
            return nil
        } catch {
            return error as? EngineError
        }
    }

    /// Values of a small linear congruential generator, the same in every run.
    static func noise(_ count: Int, seed: UInt64 = 1) -> [Float] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
        }
    }
}
