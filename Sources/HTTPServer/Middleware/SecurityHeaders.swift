import HTTPTypes

/// Fields that keep browsers from doing more with an answer than was meant. A handler's own fields stay.
public struct SecurityHeaders: Responder {
    private let requiresTLS: Bool
    private let next: any Responder

    /// - Parameter requiresTLS: whether browsers are told to come by TLS only, for a year (RFC 6797).
    public init(requiresTLS: Bool = false, next: any Responder) {
        self.requiresTLS = requiresTLS
        self.next = next
    }

    public func respond(to request: Request) async -> Response {
        var response = await next.respond(to: request)
        func set(_ name: HTTPField.Name, _ value: String) {
            if response.fields[name] == nil { response.fields[name] = value }
        }
        set(.xContentTypeOptions, "nosniff")
        set(.referrerPolicy, "no-referrer")
        // Browsers show a picture or a video in a page of their own, to which the policy would apply.
        let type = response.fields[.contentType].flatMap { MediaType($0)?.type }
        if !["image", "video", "audio"].contains(type) {
            set(.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'")
        }
        if requiresTLS, request.isSecure { set(.strictTransportSecurity, "max-age=31536000") }
        return response
    }
}
