import Glibc
import HTTPTypes

/// Signs URLs, so that what cannot send a key, such as `<video src>`, gets just what it was given the URL of.
///
/// A signature is the HMAC-SHA256 of a path and a time of expiry. It is good for reading that path and all below it.
public struct URLSigner: Sendable {
    private let secret: [UInt8]

    /// Deeper paths are not looked at.
    private static let depthLimit = 16

    /// - Precondition: at least 32 bytes, of a random generator.
    public init(secret: [UInt8]) {
        precondition(secret.count >= 32, "a secret has at least 32 bytes, not \(secret.count)")
        self.secret = secret
    }

    /// `path` with `signature`, and `expires` if it does, in its query.
    ///
    /// - Parameters:
    ///   - path: as it is sent, percent-encoded.
    ///   - scope: a path that `path` is below, for a signature that is good for its siblings, too: HLS's playlist and segments.
    ///   - expires: seconds since 1970; nil for never.
    public func sign(_ path: String, scope: String? = nil, expires: Int? = nil) -> String {
        precondition(scope.map { path.hasPrefix($0 + "/") } ?? true, "\(path) is not below \(scope ?? "")")
        let items =
            (expires.map { "expires=\($0)&" } ?? "") + "signature=\(signature(of: scope ?? path, expires: expires))"
        return path + (path.contains("?") ? "&" : "?") + items
    }

    /// Whether a request reads what its URL is signed for.
    ///
    /// - Parameter now: seconds since 1970.
    public func isValid(_ request: Request, now: Int) -> Bool {
        guard request.head.method == .get || request.head.method == .head, let query = try? request.queryItems(),
            let signature = query["signature"]
        else { return false }
        var expires: Int?
        if let text = query["expires"] {
            guard let time = Int(text), now < time else { return false }
            expires = time
        }
        var path = (request.head.path ?? request.path).prefix { $0 != "?" }
        for _ in 0..<Self.depthLimit {
            let expected = self.signature(of: String(path), expires: expires)
            if SecretComparison.areEqual(Array(expected.utf8), Array(signature.utf8)) { return true }
            guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return false }
            path = path[..<slash]
        }
        return false
    }

    private func signature(of path: String, expires: Int?) -> String {
        let message = "\(expires.map(String.init) ?? "never") \(path.prefix { $0 != "?" })"
        return Base64.encodeForURL(MessageAuthentication.code(of: Array(message.utf8), secret: secret))
    }
}
