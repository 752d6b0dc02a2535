/// A job's name: `vid_` and a ULID, 26 characters of Crockford's base 32 (a 48-bit time in milliseconds, then 80 random
/// bits).
///
/// Identifiers sort as text by the time of their creation, so that a store needs no other index to list jobs newest
/// first.
public struct JobID: Hashable, Sendable {
    public static let prefix = "vid_"
    static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    public let rawValue: String

    /// Takes the text of an identifier in its one canonical spelling; nil for anything else, so that an identifier
    /// is always safe as the name of a folder.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let prefix = Array(Self.prefix.utf8)
        guard bytes.count == prefix.count + 26, bytes.starts(with: prefix) else { return nil }
        let ulid = bytes[prefix.count...]
        // 26 digits of 5 bits are 130 bits: the first digit carries only three.
        guard let first = ulid.first, first <= UInt8(ascii: "7"), ulid.allSatisfy(Self.digits.contains) else {
            return nil
        }
        rawValue = String(text)
    }

    /// - Parameters:
    ///   - milliseconds: time since 1970, of which 48 bits are kept.
    ///   - high: the upper 16 random bits.
    ///   - low: the lower 64 random bits.
    init(milliseconds: UInt64, high: UInt16, low: UInt64) {
        var value = UInt128(milliseconds & 0xFFFF_FFFF_FFFF) << 80 | UInt128(high) << 64 | UInt128(low)
        var text = [UInt8](repeating: 0, count: 26)
        for place in text.indices.reversed() {
            text[place] = Self.digits[Int(value & 31)]
            value >>= 5
        }
        rawValue = Self.prefix + String(decoding: text, as: UTF8.self)
    }
}

extension JobID: Comparable {
    public static func < (left: JobID, right: JobID) -> Bool { left.rawValue < right.rawValue }
}

extension JobID: CustomStringConvertible {
    public var description: String { rawValue }
}

extension JobID: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = JobID(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is not a job's identifier"))
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
