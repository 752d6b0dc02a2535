import Foundation

/// What the page may do: run its own style and script, known by their hashes, and talk to this server.
enum ContentSecurityPolicy {
    /// - Parameter html: a page whose styles and scripts are inline, in `<style>` and `<script>` elements.
    static func text(for html: String) -> String {
        let styles = hashes(of: "style", in: html)
        let scripts = hashes(of: "script", in: html)
        return [
            "default-src 'none'", "style-src \(styles)", "script-src \(scripts)", "connect-src 'self'",
            "img-src 'self' blob: data:", "media-src 'self' blob:", "base-uri 'none'", "form-action 'self'",
            "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }

    private static func hashes(of element: String, in html: String) -> String {
        var hashes: [String] = []
        var rest = html[...]
        while let tag = rest.range(of: "<\(element)"),
            let start = rest.range(of: ">", range: tag.upperBound..<rest.endIndex),
            let end = rest.range(of: "</\(element)>", range: start.upperBound..<rest.endIndex)
        {
            let digest = SHA256Digest.of(Array(rest[start.upperBound..<end.lowerBound].utf8))
            hashes.append("'sha256-\(Data(digest).base64EncodedString())'")
            rest = rest[end.upperBound...]
        }
        return hashes.isEmpty ? "'none'" : hashes.joined(separator: " ")
    }
}
