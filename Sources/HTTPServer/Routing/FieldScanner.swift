/// Reads a field's value from left to right by the grammar of RFC 9110, 5.6.
struct FieldScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ field: String) {
        bytes = Array(field.utf8)
    }

    /// The byte to be read next; nil at the end.
    var next: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    var isAtEnd: Bool {
        position == bytes.count
    }

    /// `OWS`.
    mutating func skipBlanks() {
        while next?.isBlank == true { position += 1 }
    }

    /// Takes the next byte if it is `byte`.
    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    mutating func token() -> String? {
        text { $0.isTokenByte }
    }

    /// Bytes as long as they fulfil a condition; nil if there is none.
    mutating func text(while isPart: (UInt8) -> Bool) -> String? {
        let start = position
        while let next, isPart(next) { position += 1 }
        return start == position ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// `quoted-string`, its escapes resolved.
    mutating func quotedString() -> String? {
        let start = position
        guard take("\"") else { return nil }
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = next else { break }
                position += 1
                text.append(escaped)
            default: text.append(byte)
            }
        }
        position = start
        return nil
    }

    mutating func tokenOrQuotedString() -> String? {
        next == UInt8(ascii: "\"") ? quotedString() : token()
    }

    /// `*( OWS ";" OWS [ parameter ] )` (5.6.6), names in lower case.
    ///
    /// - Returns: nil if something else than a parameter follows a semicolon.
    mutating func parameters() -> [(name: String, value: String)]? {
        var parameters: [(String, String)] = []
        while true {
            skipBlanks()
            guard take(";") else { return parameters }
            skipBlanks()
            guard let name = token() else { continue }
            guard take("="), let value = tokenOrQuotedString() else { return nil }
            parameters.append((name.lowercased(), value))
        }
    }

    /// Goes behind the next comma that is in no quoted string, or to the end.
    mutating func skipElement() {
        while let byte = next {
            if byte == UInt8(ascii: "\""), quotedString() != nil { continue }
            position += 1
            if byte == UInt8(ascii: ",") { return }
        }
    }
}
