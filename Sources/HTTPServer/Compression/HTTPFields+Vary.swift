import HTTPTypes

extension HTTPFields {
    /// Adds a field's name to `Vary` (RFC 9110, 12.5.5) unless it is there.
    mutating func vary(by name: HTTPField.Name) {
        let present = (self[.vary] ?? "").split(separator: ",").map { $0.drop { $0 == " " }.lowercased() }
        guard !present.contains("*"), !present.contains(name.canonicalName) else { return }
        self[.vary] = (self[.vary].map { $0 + ", " } ?? "") + name.rawName
    }
}
