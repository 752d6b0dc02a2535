import Engine
import Foundation

/// Who reads a text aloud, and how: a voice of espeak-ng.
public struct Voice: Codable, Hashable, Sendable {
    /// espeak-ng's own name, such as `en-us`, `de` or `en-us+f3`.
    public let name: String
    /// Words a minute; nil for the voice's own.
    public let speed: Int?
    /// From low to high; nil for the voice's own.
    public let pitch: Int?

    public static let defaultName = "en-us"
    /// Words a minute.
    public static let speeds = 80...450
    public static let pitches = 0...99

    /// - Throws: `.invalidValue` that names `voice`, `speed` or `pitch`.
    public init(name: String = Voice.defaultName, speed: Int? = nil, pitch: Int? = nil) throws(EngineError) {
        // It becomes an argument and, inside espeak-ng, part of a file's name.
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard allowed, (1...MediaLimits.voiceName).contains(name.utf8.count), !name.hasPrefix("-") else {
            throw EngineError(
                .invalidValue, "voice", found: "'\(name.prefix(64))'",
                expected: "letters, digits, '+', '-' and '_', such as \(Self.defaultName)",
                remedy: "'espeak-ng --voices' lists those there are")
        }
        try Self.check("speed", speed, Self.speeds, "words a minute")
        try Self.check("pitch", pitch, Self.pitches, "")
        self.name = name
        self.speed = speed
        self.pitch = pitch
    }

    private static func check(
        _ field: String, _ value: Int?, _ range: ClosedRange<Int>, _ unit: String
    ) throws(EngineError) {
        guard let value, !range.contains(value) else { return }
        let expected = "\(range.lowerBound) to \(range.upperBound) \(unit)"
        throw EngineError(
            .invalidValue, field, found: "\(value)", expected: expected.trimmingCharacters(in: .whitespaces))
    }
}
