import HTTPTypes

/// Lets pages of other origins use the service (Fetch standard, 3.2): answers their preflights and marks answers as
/// readable. Credentials that browsers send by themselves are never allowed; keys come in `Authorization`.
public struct CORS: Responder {
    /// Seconds that browsers may remember a preflight.
    private static let maxAge = 7200
    private static let methods = "GET, HEAD, POST, PUT, PATCH, DELETE"
    /// What pages may send beyond what is always allowed. `Authorization` has to be named: no wildcard covers it.
    private static let requestFields = [
        "Accept", "Authorization", "Cache-Control", "Content-Type", "Idempotency-Key", "If-Match", "If-Modified-Since",
        "If-None-Match", "If-Range", "If-Unmodified-Since", "Last-Event-ID", "Prefer", "Range",
    ].joined(separator: ", ")
    /// What pages may read beyond what is always readable.
    private static let responseFields = [
        "Accept-Ranges", "Allow", "Content-Disposition", "Content-Length", "Content-Range", "ETag",
        "Idempotency-Replayed",
        "Location", "Preference-Applied", "Retry-After", "WWW-Authenticate", "X-Request-Id", "X-Video-Id",
    ].joined(separator: ", ")

    private let origins: AllowedOrigins
    private let next: any Responder

    public init(_ origins: AllowedOrigins, next: any Responder) {
        self.origins = origins
        self.next = next
    }

    public func respond(to request: Request) async -> Response {
        let fields = request.head.headerFields
        guard let origin = fields[.origin] else { return varied(await next.respond(to: request)) }
        let isAllowed = origins.contains(origin)
        if request.head.method == .options, fields[.accessControlRequestMethod] != nil {
            return preflight(of: origin, isAllowed: isAllowed)
        }
        var response = varied(await next.respond(to: request))
        if isAllowed {
            response.fields[.accessControlAllowOrigin] = allowed(origin)
            response.fields[.accessControlExposeHeaders] = Self.responseFields
        }
        return response
    }

    /// An origin that is not allowed gets an answer without the fields that would say otherwise.
    private func preflight(of origin: String, isAllowed: Bool) -> Response {
        var response = varied(Response(.noContent))
        response.fields.vary(by: .accessControlRequestMethod)
        response.fields.vary(by: .accessControlRequestHeaders)
        guard isAllowed else { return response }
        response.fields[.accessControlAllowOrigin] = allowed(origin)
        response.fields[.accessControlAllowMethods] = Self.methods
        response.fields[.accessControlAllowHeaders] = Self.requestFields
        response.fields[.accessControlMaxAge] = "\(Self.maxAge)"
        return response
    }

    private func allowed(_ origin: String) -> String {
        origins.areAll ? "*" : origin
    }

    /// Tells caches that the answer depends on the origin, if it does.
    private func varied(_ response: Response) -> Response {
        guard !origins.areAll else { return response }
        var response = response
        response.fields.vary(by: .origin)
        return response
    }
}
