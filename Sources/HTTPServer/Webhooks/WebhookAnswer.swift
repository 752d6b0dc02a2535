/// What an endpoint answered, as far as it matters.
public struct WebhookAnswer: Sendable, Hashable {
    public let status: Int
    /// `Retry-After` in seconds (RFC 9110, 10.2.3); nil if there is none or it is a date.
    public let retryAfter: Duration?

    public init(status: Int, retryAfter: Duration? = nil) {
        self.status = status
        self.retryAfter = retryAfter
    }

    /// Bytes that a head may have.
    static let headLimit = 16 << 10

    /// Reads a response's head (RFC 9112, 4), whatever comes behind it.
    ///
    /// - Returns: nil if there is no whole final head yet.
    /// - Throws: `WebhookFailure` for what is no HTTP/1 response.
    static func parse(_ bytes: [UInt8]) throws(WebhookFailure) -> WebhookAnswer? {
        var rest = bytes[...]
        while let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
            let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            rest = rest[end.upperBound...]
            guard let status = lines.first.flatMap(status) else {
                throw WebhookFailure(.malformedAnswer, "answered something else than HTTP/1")
            }
            // 1xx come before the final one.
            if status >= 200 { return WebhookAnswer(status: status, retryAfter: retryAfter(in: lines.dropFirst())) }
        }
        return nil
    }

    private static func status(_ line: Substring) -> Int? {
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[0].utf8.count == 8, words[1].utf8.count == 3,
            words[1].utf8.allSatisfy(\.isASCIIDigit), let status = Int(words[1]), 100...599 ~= status
        else { return nil }
        return status
    }

    private static func retryAfter(in lines: ArraySlice<Substring>) -> Duration? {
        for line in lines {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2, halves[0].lowercased() == "retry-after" else { continue }
            let value = halves[1].filter { $0 != " " && $0 != "\t" }
            guard 1...9 ~= value.utf8.count, value.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
            return Int(value).map { .seconds($0) }
        }
        return nil
    }
}
