import Glibc
import HTTPTypes

/// Lets only requests pass that have a key (`Authorization: Bearer`, RFC 6750) or, for reading, a signed URL.
///
/// What it lets pass knows its `principal`.
public struct Authentication: Responder {
    private let keys: APIKeys
    private let signer: URLSigner?
    private let exempt: Set<String>
    private let now: @Sendable () -> Int
    private let next: any Responder

    /// - Parameters:
    ///   - exempt: paths that need no key: `/healthz` ...
    ///   - now: seconds since 1970.
    public init(
        _ keys: APIKeys, signer: URLSigner? = nil, exempt: Set<String> = [],
        now: @escaping @Sendable () -> Int = { time(nil) }, next: any Responder
    ) {
        self.keys = keys
        self.signer = signer
        self.exempt = exempt
        self.now = now
        self.next = next
    }

    public func respond(to request: Request) async -> Response {
        var request = request
        if let field = request.head.headerFields[.authorization] {
            guard let principal = Self.key(in: field).flatMap(keys.principal) else {
                // A wrong key is told even where none is needed: whoever sends one means it.
                return Self.refusal(
                    of: request, challenge: "Bearer realm=\"adnerf\", error=\"invalid_token\"",
                    detail:
                        "the key in Authorization is not known here; send Authorization: Bearer KEY with one that is")
            }
            request.principal = principal
        } else if let signer, signer.isValid(request, now: now()) {
            request.principal = Principal(name: "signed-url", proof: .signature)
        } else if !exempt.contains(request.path) {
            return Self.refusal(
                of: request, challenge: "Bearer realm=\"adnerf\"",
                detail: "this needs a key; send it as Authorization: Bearer KEY")
        }
        return await next.respond(to: request)
    }

    /// The `token68` behind `Bearer` (RFC 9110, 11.4).
    private static func key(in field: String) -> String? {
        let words = field.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }

    private static func refusal(of request: Request, challenge: String, detail: String) -> Response {
        Response(HTTPError(.unauthorized, detail: detail, fields: [.wwwAuthenticate: challenge]), for: request)
    }
}
