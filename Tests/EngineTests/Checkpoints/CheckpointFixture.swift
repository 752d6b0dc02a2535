import Foundation

@testable import Engine

/// The files of `Tests/Fixtures/checkpoints`, which the scripts there make, and of the shared folder beside the repository.
enum CheckpointFixture {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func path(_ name: String) -> String {
        repository.appending(path: "Tests/Fixtures/checkpoints/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try bytes(at: path(name))
    }

    static func bytes(at path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The shared folder beside the repository or one of the folders around it, nil where there is none.
    static let shared: URL? = {
        var folder = repository.deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appending(path: "shared")
            if FileManager.default.fileExists(atPath: candidate.appending(path: "avatars").path) { return candidate }
            folder.deleteLastPathComponent()
        }
        return nil
    }()

    /// i / 4 - 2 for i from `start`: what the fixtures' storages hold.
    static func ramp(_ count: Int, from start: Int = 0) -> [Float] {
        ramp(Array(start..<start + count))
    }

    /// The storage's values at the given places.
    static func ramp(_ indices: [Int]) -> [Float] {
        indices.map { Float($0) / 4 - 2 }
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
}

extension EngineError {
    /// The line that users see, which must be one line.
    var line: String { description.contains("\n") ? "(several lines)" : description }
}

/// A small seeded generator (SplitMix64, Steele et al. 2014), so that every run fuzzes the same.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}

/// The CRC-32 of zip and zlib, continued from a previous one.
func crc32(_ bytes: UnsafeRawBufferPointer, _ previous: UInt32 = 0) -> UInt32 {
    bytes.reduce(~previous) { crcTable[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 } ^ .max
}

private let crcTable: [UInt32] = (0..<256).map { start in
    (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ value >> 1 : value >> 1 }
}
