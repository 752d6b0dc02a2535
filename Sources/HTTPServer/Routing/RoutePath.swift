/// A request target's path, cut at its slashes and then decoded, so that an escaped slash never makes a segment.
enum RoutePath {
    /// The segments of `path`, which has no query; none for `/`.
    ///
    /// - Returns: nil for a path that no route has: one that does not start with a slash, has an empty or a dot segment,
    ///   a broken escape, or an escaped slash or control character.
    static func segments(of path: String) -> [String]? {
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/") else { return nil }
        guard bytes.count > 1 else { return [] }
        var segments: [String] = []
        for encoded in bytes.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = PercentCoding.decode(encoded), isPlain(segment) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    private static func isPlain(_ segment: String) -> Bool {
        !segment.isEmpty && segment != "." && segment != ".."
            && !segment.utf8.contains { $0.isControl || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
    }
}
