/// Names that come from a file or a user, in messages.
enum Names {
    /// The name on one line, without control characters and of bounded length.
    static func shown(_ name: String) -> String {
        guard !name.isEmpty else { return "''" }
        let clean = String(String.UnicodeScalarView(name.unicodeScalars.prefix(96).map { $0.properties.isPrintable ? $0 : "?" }))
        return clean.unicodeScalars.count < name.unicodeScalars.prefix(97).count ? clean + "..." : clean
    }

    /// The few names that are most like `name`, nearest first, for "did you mean".
    static func near(_ name: String, among names: some Sequence<String>, count: Int = 3) -> [String] {
        let wanted = Array(name.utf8.prefix(64))
        return names.prefix(2048)
            .map { (name: $0, distance: distance(wanted, Array($0.utf8.prefix(64)))) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(count)
            .map { shown($0.name) }
    }

    /// "the nearest names are a, b, c", or that there are none.
    static func advice(for name: String, among names: some Sequence<String>) -> String {
        let near = near(name, among: names)
        return near.isEmpty ? "there are no others" : "the nearest names are \(near.joined(separator: ", "))"
    }

    /// Levenshtein's edit distance, one row of the table at a time.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let substituted = diagonal + (x == y ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
            }
        }
        return row[b.count]
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isPrintable: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
