/// `Accept` (RFC 9110, 12.5.1): which media types the client would rather have.
struct AcceptedTypes {
    private let ranges: [(range: MediaType, weight: Int)]

    /// Elements that are no media range are left aside. A field without any other is as good as none: everything goes.
    init(_ field: String?) {
        var scanner = FieldScanner(field ?? "")
        var ranges: [(MediaType, Int)] = []
        while !scanner.isAtEnd {
            scanner.skipBlanks()
            if let range = MediaType(scanning: &scanner), scanner.isAtEnd || scanner.next == UInt8(ascii: ","),
                range.type != "*" || range.subtype == "*", let weight = Self.weight(of: range)
            {
                ranges.append((range, weight))
            }
            scanner.skipElement()
        }
        self.ranges = ranges
    }

    /// The offered type of the greatest weight, the first of equals; nil if none is acceptable.
    func best(of offered: [String]) -> String? {
        let weighted = offered.map { ($0, weight(of: MediaType($0))) }.filter { $0.1 > 0 }
        guard let best = weighted.map(\.1).max() else { return nil }
        return weighted.first { $0.1 == best }?.0
    }

    /// What the most specific range that covers the type says.
    private func weight(of type: MediaType?) -> Int {
        guard let type, !ranges.isEmpty else { return Weight.full }
        let covering = ranges.compactMap { range, weight in
            Self.precedence(of: range, for: type).map { (precedence: $0, weight: weight) }
        }
        return covering.max { $0.precedence < $1.precedence }?.weight ?? 0
    }

    private static func weight(of range: MediaType) -> Int? {
        guard let text = range[parameter: "q"] else { return Weight.full }
        return Weight.parse(text)
    }

    /// How specific a range is that covers the type; nil for one that does not.
    private static func precedence(of range: MediaType, for type: MediaType) -> Int? {
        if range.type == "*" { return 0 }
        guard range.type == type.type else { return nil }
        if range.subtype == "*" { return 1 }
        let parameters = range.parameters.filter { $0.key != "q" }
        guard range.subtype == type.subtype, parameters.allSatisfy({ type[parameter: $0.key] == $0.value }) else {
            return nil
        }
        return 2 + parameters.count
    }
}
