/// `Prefer` (RFC 7240): what the client would like, if it is no trouble.
public struct Preferences: Sendable {
    private var values: [String: String] = [:]

    /// Malformed preferences are left aside; of several with one name the first counts (2).
    init(_ field: String?) {
        var scanner = FieldScanner(field ?? "")
        while !scanner.isAtEnd {
            scanner.skipBlanks()
            if let name = scanner.token()?.lowercased() {
                scanner.skipBlanks()
                var value: String? = ""
                if scanner.take("=") {
                    scanner.skipBlanks()
                    value = scanner.tokenOrQuotedString()
                }
                if let value, values[name] == nil { values[name] = value }
            }
            scanner.skipElement()
        }
    }

    /// A preference's value, empty if it came without one; `name` in lower case.
    public subscript(name: String) -> String? {
        values[name]
    }

    /// `wait=N` (4.3): seconds that the client is ready to wait for the answer; answer with
    /// `Preference-Applied: wait=N` if it was heeded.
    public var wait: Int? {
        values["wait"].flatMap { text in
            text.utf8.allSatisfy(\.isASCIIDigit) && !text.isEmpty ? Int(text) ?? .max : nil
        }
    }
}
