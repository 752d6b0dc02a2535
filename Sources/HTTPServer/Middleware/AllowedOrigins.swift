/// The web origins (RFC 6454) whose pages may use the service.
public struct AllowedOrigins: Sendable {
    /// An origin that is none; it says what is expected.
    public struct OriginError: Error, CustomStringConvertible {
        public let description: String
    }

    /// Whether pages from everywhere may.
    let areAll: Bool
    private let origins: Set<String>

    /// - Parameter origins: `https://example.org`, `http://localhost:3000`, `null`, or `*` for all.
    /// - Throws: `OriginError` for anything with a path, without a scheme or with a pattern.
    public init(_ origins: [String]) throws(OriginError) {
        for origin in origins where origin != "*" && origin != "null" {
            let halves = origin.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, ["http", "https"].contains(halves[0].lowercased()), !halves[1].isEmpty,
                halves[1].utf8.allSatisfy({ $0.isASCIILetterOrDigit || ".-:[]_".utf8.contains($0) })
            else {
                throw OriginError(
                    description: "\(origin) is no origin; write scheme://host[:port] without a path, or * for all")
            }
        }
        areAll = origins.contains("*")
        self.origins = Set(origins.map { $0.lowercased() })
    }

    func contains(_ origin: String) -> Bool {
        areAll || origins.contains(origin.lowercased())
    }
}
