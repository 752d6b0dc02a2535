@testable import HTTPCore

/// A head parsed in one piece, or the status that it is refused with.
func parse(_ text: String, limits: HTTPLimits = HTTPLimits()) throws -> RequestHead? {
    try parse(Array(text.unicodeScalars.map { UInt8($0.value) }), limits: limits)
}

func parse(_ bytes: [UInt8], limits: HTTPLimits = HTTPLimits()) throws -> RequestHead? {
    var parser = RequestParser(settings: HTTPSettings(limits: limits))
    return try bytes.withUnsafeBytes { try parser.parse($0).head }
}

/// The status that a head is refused with; nil if it is taken.
func refusal(_ text: String, limits: HTTPLimits = HTTPLimits()) -> Int? {
    do {
        _ = try parse(text, limits: limits)
        return nil
    } catch {
        return (error as? HTTPParseError)?.status
    }
}
