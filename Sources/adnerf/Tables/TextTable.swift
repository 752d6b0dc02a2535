/// Names on the left, aligned, and what they stand for on the right.
struct TextTable: Sendable {
    private var rows: [(name: String, value: String)] = []

    mutating func add(_ name: String, _ value: String?) {
        if let value { rows.append((name, value)) }
    }

    /// Without line feeds.
    var lines: [String] {
        let width = rows.map(\.name.count).max() ?? 0
        return rows.map { row in row.name + String(repeating: " ", count: width + 2 - row.name.count) + row.value }
    }
}
