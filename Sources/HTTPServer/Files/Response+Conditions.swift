import HTTPTypes

extension HTTPError {
    /// 412 (RFC 9110, 15.5.13).
    static var conditionsFailed: HTTPError {
        HTTPError(
            .preconditionFailed, detail: "it is not in the state that the request's conditions name; fetch it anew")
    }
}

extension Response {
    /// The answer if the request's conditions forbid or spare the real one: 304 or 412. For content that is made on the
    /// fly, such as a job's status, and for methods that change something.
    ///
    /// - Parameter fields: what goes with a 304: `Cache-Control`, `Vary`.
    public static func answering(
        conditionsOf request: Request, etag: EntityTag, lastModified: Int? = nil, fields: HTTPFields = [:]
    ) -> Response? {
        let state = Conditions.State(etag: etag, lastModified: lastModified)
        switch Conditions.outcome(request.head.method, request.head.headerFields, state) {
        case .notModified:
            var fields = fields
            fields[.eTag] = etag.description
            return Response(.notModified, fields: fields)
        case .failed: return Response(HTTPError.conditionsFailed, for: request)
        case .whole, .ranges, .unsatisfiable: return nil
        }
    }
}
