import HTTPTypes

extension Request {
    /// The media type of `offered` that `Accept` likes best, the first of equals.
    ///
    /// - Throws: 406 if none will do.
    public func preferredType(of offered: [String]) throws(HTTPError) -> String {
        guard let best = AcceptedTypes(head.headerFields[.accept]).best(of: offered) else {
            throw HTTPError(
                .notAcceptable,
                detail: "Accept rules out all that is to be had here: \(offered.joined(separator: ", "))")
        }
        return best
    }

    /// What `Content-Type` says; nil if there is none.
    ///
    /// - Throws: 400 if it is no media type.
    public func contentType() throws(HTTPError) -> MediaType? {
        guard let field = head.headerFields[.contentType] else { return nil }
        guard let type = MediaType(field) else {
            throw HTTPError(.badRequest, detail: "Content-Type is no media type; write it like application/json")
        }
        return type
    }

    /// Makes sure that the content is of one of some types.
    ///
    /// - Throws: 415, naming them, with `Accept` (RFC 9110, 15.5.16); 400 for a malformed `Content-Type`.
    public func contentType(of accepted: [String]) throws(HTTPError) -> MediaType {
        let type = try contentType()
        if let type, accepted.contains(type.essence) { return type }
        let list = accepted.joined(separator: ", ")
        throw HTTPError(
            .unsupportedMediaType,
            detail: "the content is \(type.map { "of type \($0.essence)" } ?? "without Content-Type"); send \(list)",
            fields: [.accept: list])
    }

    /// `Prefer`.
    public var preferences: Preferences {
        Preferences(head.headerFields[.prefer])
    }

    /// The query's pairs.
    ///
    /// - Throws: 400 for a broken escape or too many pairs.
    public func queryItems() throws(HTTPError) -> QueryItems {
        try QueryItems(query)
    }
}
