/// The "key = value" dialect of the release's configuration files, as configargparse's default reader understands it.
///
/// A line is `key = value`, `key: value`, `key value` or a bare `key` (which means `true`), with or without leading dashes;
/// values may be quoted; `#` and `;` begin a comment at the start of a line or after white space; `[section]` and `---` lines
/// are skipped. A key given twice takes its last value.
struct ConfigText {
    struct Entry {
        let key: String
        let value: String
        /// One-based.
        let line: Int
    }

    let file: String
    private(set) var entries: [Entry] = []

    /// - Throws: `.malformed`, naming file and line, where a line is none of the forms above.
    init(_ text: String, file: String) throws(EngineError) {
        self.file = file
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = Self.trim(raw)
            guard let first = line.first, !"#;[".contains(first), !line.hasPrefix("---") else { continue }
            guard let (key, value) = Self.split(line) else {
                throw EngineError(
                    .malformed, "\(file), line \(index + 1)", found: "'\(line.prefix(60))'", expected: "key = value",
                    remedy: "correct or remove the line")
            }
            entries.removeAll { $0.key == key }
            entries.append(Entry(key: key, value: value, line: index + 1))
        }
    }

    private static func split(_ line: Substring) -> (key: String, value: String)? {
        let end = line.firstIndex { ":=;#".contains($0) || $0.isWhitespace } ?? line.endIndex
        var key = line[..<end]
        if key.hasPrefix("--") { key = key.dropFirst(2) }
        guard !key.isEmpty else { return nil }
        var rest = line[end...]
        if let next = rest.first, ";#".contains(next) { return nil }
        rest = trim(rest)
        let hasSign = rest.first.map { ":=".contains($0) } ?? false
        if hasSign { rest = trim(rest.dropFirst()) }
        let value = unquoted(rest) ?? uncommented(rest)
        return (String(key), value.isEmpty && !hasSign ? "true" : String(value))
    }

    /// What lies between the opening quote and the first closing one after which nothing but a comment follows.
    private static func unquoted(_ text: Substring) -> Substring? {
        guard let quote = text.first, "'\"".contains(quote) else { return nil }
        let body = text.dropFirst()
        return body.indices.first { body[$0] == quote && uncommented(body[body.index(after: $0)...]).isEmpty }.map { body[..<$0] }
    }

    private static func uncommented(_ text: Substring) -> Substring {
        var afterSpace = true
        for index in text.indices {
            if afterSpace, ";#".contains(text[index]) { return trim(text[..<index]) }
            afterSpace = text[index].isWhitespace
        }
        return trim(text)
    }

    private static func trim(_ text: Substring) -> Substring {
        let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
        let end = text.lastIndex { !$0.isWhitespace }.map(text.index(after:)) ?? start
        return text[start..<max(start, end)]
    }
}

extension ConfigText {
    /// A whole number within `range`, or `standard` where the file says nothing.
    func integer(_ key: String, default standard: Int, in range: ClosedRange<Int>) throws(EngineError) -> Int {
        guard let entry = entry(key) else { return standard }
        guard let value = Int(entry.value), range.contains(value) else {
            throw invalid(entry, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", standard: "\(standard)")
        }
        return value
    }

    /// A finite number of at least `minimum`, or `standard` where the file says nothing.
    func real(_ key: String, default standard: Float, atLeast minimum: Float) throws(EngineError) -> Float {
        guard let entry = entry(key) else { return standard }
        guard let value = Double(entry.value).map({ Float($0) }), value.isFinite, value >= minimum else {
            throw invalid(entry, expected: "a number of at least \(minimum)", standard: "\(standard)")
        }
        return value
    }

    /// Whether the file raises a flag. What a raised flag means is the flag's own: the release's `white_bkgd` and
    /// `use_viewdirs` are declared `store_false`, so raising them turns the thing OFF.
    func raises(_ flag: String) throws(EngineError) -> Bool {
        guard let entry = entry(flag) else { return false }
        switch entry.value.lowercased() {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default: throw invalid(entry, expected: "True or False", standard: "an absent line")
        }
    }

    func text(_ key: String, default standard: String) -> String {
        entry(key)?.value ?? standard
    }

    func entry(_ key: String) -> Entry? {
        entries.first { $0.key == key }
    }

    /// How errors name an entry: the file, the line and the key; the file alone for a key that it does not hold.
    func place(of key: String) -> String {
        entry(key).map { "\(file), line \($0.line), \(key)" } ?? "\(file), \(key)"
    }

    private func invalid(_ entry: Entry, expected: String, standard: String) -> EngineError {
        EngineError(
            .invalidValue, place(of: entry.key), found: "'\(entry.value.prefix(60))'", expected: expected,
            remedy: "correct the line, or remove it for the release's default (\(standard))")
    }
}
