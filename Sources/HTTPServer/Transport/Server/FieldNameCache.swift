import HTTPTypes

/// Names of request fields, made once: `HTTPField.Name` checks and copies each name that it is made of.
enum FieldNameCache {
    private static let common: [String: HTTPField.Name] = {
        let names = [
            "accept", "accept-encoding", "accept-language", "authorization", "cache-control", "connection",
            "content-length", "content-type", "cookie", "expect", "if-match", "if-modified-since", "if-none-match",
            "if-range", "if-unmodified-since", "last-event-id", "origin", "prefer", "priority", "range", "referer",
            "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site",
            "sec-fetch-user", "te", "traceparent", "transfer-encoding", "upgrade-insecure-requests", "user-agent",
            "x-forwarded-for", "x-forwarded-proto",
        ]
        return Dictionary(uniqueKeysWithValues: names.compactMap { name in HTTPField.Name(name).map { (name, $0) } })
    }()

    /// - Parameter text: in lower case.
    /// - Returns: nil if it is no token.
    static func name(_ text: String) -> HTTPField.Name? {
        common[text] ?? HTTPField.Name(text)
    }
}
