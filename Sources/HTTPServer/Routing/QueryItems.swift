/// A query's `name=value` pairs (`application/x-www-form-urlencoded`, as of the WHATWG URL standard, 5.1).
public struct QueryItems: Sendable {
    public let items: [(name: String, value: String)]

    /// At most this many pairs are taken.
    public static let limit = 64

    /// - Throws: 400 for a broken escape or too many pairs.
    public init(_ query: String?) throws(HTTPError) {
        var items: [(String, String)] = []
        for pair in (query ?? "").utf8.split(separator: UInt8(ascii: "&")) {
            guard items.count < Self.limit else {
                throw HTTPError(.badRequest, detail: "the query has more than \(Self.limit) parameters; send fewer")
            }
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(halves[0], plusIsSpace: true),
                let value = PercentCoding.decode(halves.count > 1 ? halves[1] : ""[...].utf8, plusIsSpace: true)
            else {
                throw HTTPError(.badRequest, detail: "the query has a broken percent escape; write %XX, of UTF-8 bytes")
            }
            items.append((name, value))
        }
        self.items = items
    }

    /// The first value of that name.
    public subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }
}
