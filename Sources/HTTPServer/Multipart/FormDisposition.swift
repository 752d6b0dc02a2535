/// `Content-Disposition` of a form's part, as RFC 7578, 4.2 has it and as browsers and curl write it.
struct FormDisposition {
    let name: String
    let filename: String?

    /// - Returns: nil unless it is `form-data` and has one name.
    init?(_ field: String) {
        var scanner = FieldScanner(field)
        guard scanner.token()?.lowercased() == "form-data" else { return nil }
        var parameters: [String: String] = [:]
        while true {
            scanner.skipBlanks()
            guard scanner.take(";") else { break }
            scanner.skipBlanks()
            guard let name = scanner.token()?.lowercased() else { continue }
            scanner.skipBlanks()
            guard scanner.take("=") else { return nil }
            scanner.skipBlanks()
            guard let value = Self.value(from: &scanner), parameters.updateValue(value, forKey: name) == nil else {
                return nil
            }
        }
        guard scanner.isAtEnd, let name = Self.text("name", in: parameters) else { return nil }
        self.name = name
        filename = Self.text("filename", in: parameters)
    }

    /// Only a quote and a backslash are escaped by a backslash: Windows paths have others.
    private static func value(from scanner: inout FieldScanner) -> String? {
        guard scanner.take("\"") else {
            return scanner.text { $0 != UInt8(ascii: ";") && !$0.isBlank } ?? ""
        }
        var value = ""
        while true {
            value += scanner.text { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") } ?? ""
            if scanner.take("\"") { return value }
            guard scanner.take("\\") else { return nil }
            if scanner.take("\"") {
                value += "\""
            } else {
                _ = scanner.take("\\")
                value += "\\"
            }
        }
    }

    /// The parameter in its extended form (RFC 8187) if it has one, otherwise with what browsers escape (HTML, 4.10.21.8:
    /// line breaks and quotes) restored.
    private static func text(_ name: String, in parameters: [String: String]) -> String? {
        if let extended = parameters[name + "*"].flatMap(decode) { return extended }
        return parameters[name]?.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
    }

    /// `UTF-8'language'percent-encoded`.
    private static func decode(_ extended: String) -> String? {
        let parts = extended.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
        guard parts.count == 3, String(parts[0])?.lowercased() == "utf-8" else { return nil }
        return PercentCoding.decode(parts[2])
    }
}
