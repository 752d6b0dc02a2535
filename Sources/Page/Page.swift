import Foundation

/// The files that are inside the program, so that it can be moved without them.
public enum Page {
    /// The page at `/`: UTF-8, self-contained.
    public static let html: [UInt8] = PackageResources.page_html
    /// The repository's `openapi.yaml`.
    public static let contract: [UInt8] = PackageResources.openapi_yaml

    /// What the page's `Content-Security-Policy` says: its own style and script, by their hashes (CSP level 3, section 2.3.1),
    /// its own server, and nothing else.
    ///
    /// - Parameter sha256: The 32 bytes of the SHA-256 of what it is given.
    public static func contentSecurityPolicy(sha256: ([UInt8]) -> [UInt8]) -> String {
        func sources(_ element: String) -> String {
            contents(of: element, in: html[...])
                .map { "'sha256-\(Data(sha256(Array($0))).base64EncodedString())'" }
                .joined(separator: " ")
        }
        return [
            "default-src 'none'", "script-src \(sources("script"))", "style-src \(sources("style"))",
            // Pictures with a key come by fetch, recordings are played from memory, the icon stands in the page.
            "img-src 'self' blob: data:", "media-src 'self' blob:", "connect-src 'self'",
            "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }

    /// What stands between `<element ...>` and `</element>`, each time.
    static func contents(of element: String, in html: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var found: [ArraySlice<UInt8>] = []
        var rest = html
        while let start = rest.firstRange(of: Array("<\(element)".utf8)),
            let open = rest[start.upperBound...].firstIndex(of: UInt8(ascii: ">")),
            let end = rest[open...].firstRange(of: Array("</\(element)>".utf8))
        {
            found.append(rest[(open + 1)..<end.lowerBound])
            rest = rest[end.upperBound...]
        }
        return found
    }
}
