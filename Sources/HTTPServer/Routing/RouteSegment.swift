/// One segment of a route's pattern.
enum RouteSegment: Hashable, Sendable {
    case literal(String)
    /// `{name}`, or with fixed text around it as in `{number}.jpg`. Captures at least one byte.
    case capture(name: String, prefix: String, suffix: String)

    /// - Precondition: braces are paired, at most once a segment, around a name.
    init(_ text: Substring, of pattern: String) {
        let pieces = text.split(separator: "{", maxSplits: 1, omittingEmptySubsequences: false)
        guard pieces.count == 2 else {
            precondition(
                !text.isEmpty && !text.contains("}"), "a segment of the route \(pattern) is empty or unbalanced")
            self = .literal(String(text))
            return
        }
        let rest = pieces[1].split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
        precondition(
            rest.count == 2 && !rest[0].isEmpty && !rest[1].contains { "{}".contains($0) },
            "a capture of the route \(pattern) is not {name}")
        self = .capture(name: String(rest[0]), prefix: String(pieces[0]), suffix: String(rest[1]))
    }

    /// How many bytes are fixed: of several captures the one with most is tried first.
    var fixedLength: Int {
        switch self {
        case .literal(let text): text.utf8.count
        case .capture(_, let prefix, let suffix): prefix.utf8.count + suffix.utf8.count
        }
    }

    /// What a capture takes of a segment; nil if it does not match.
    func captured(from segment: String) -> String? {
        guard case .capture(_, let prefix, let suffix) = self else { return nil }
        let bytes = segment.utf8
        guard bytes.count > prefix.utf8.count + suffix.utf8.count, bytes.starts(with: prefix.utf8),
            bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        else { return nil }
        return String(bytes.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count))
    }
}
