import HTTPTypes

/// Where a webhook goes.
public struct WebhookTarget: Sendable, Hashable {
    public let isSecure: Bool
    /// A name or an address, the latter without brackets.
    public let host: String
    public let port: UInt16
    /// With the query.
    let path: String
    /// What `Host` says.
    let authority: String

    private static let lengthLimit = 2048

    /// - Parameter url: `https://host[:port][/path][?query]`, or `http`.
    /// - Throws: 422 for anything else: user names and passwords, fragments, letters beyond ASCII.
    public init(_ url: String) throws(HTTPError) {
        func refusal(_ found: String) -> HTTPError {
            HTTPError(
                .unprocessableContent, kind: "webhook-url",
                detail: "webhook \(found); write https://host[:port]/path, all of it in ASCII")
        }
        guard url.utf8.count <= Self.lengthLimit else {
            throw refusal("is a URL of more than \(Self.lengthLimit) bytes")
        }
        guard url.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { throw refusal("has a blank or a letter beyond ASCII") }
        let halves = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let isSecure = ["https": true, "http": false][halves[0].lowercased()] else {
            throw refusal("is no http or https URL")
        }
        guard !url.contains("#"), !url.contains("\\") else { throw refusal("has a fragment or a backslash") }
        let authority = halves[1].prefix { $0 != "/" && $0 != "?" }
        let path = halves[1].dropFirst(authority.count)
        guard let (host, port) = Self.hostAndPort(authority) else { throw refusal("has no proper host and port") }
        self.isSecure = isSecure
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
        self.authority = String(authority)
        self.path = path.hasPrefix("/") ? String(path) : "/" + path
    }

    private static func hostAndPort(_ authority: Substring) -> (String, UInt16?)? {
        var host = authority
        var port: UInt16?
        let colon = authority.lastIndex(of: ":")
        if let colon, authority.last != "]", authority.first != "[" || authority[..<colon].last == "]" {
            let digits = authority[authority.index(after: colon)...]
            guard digits.utf8.allSatisfy(\.isASCIIDigit), let number = UInt16(digits), number > 0 else { return nil }
            port = number
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), IPAddress(String(host)) != nil else { return nil }
        } else {
            guard host.utf8.allSatisfy({ $0.isASCIILetterOrDigit || ".-_".utf8.contains($0) }), host.utf8.count <= 253
            else { return nil }
        }
        return host.isEmpty ? nil : (String(host), port)
    }
}
