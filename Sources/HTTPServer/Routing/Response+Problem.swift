import HTTPTypes

extension Response {
    /// A problem document (RFC 9457): what went wrong, in JSON, with the status and the fields of the error.
    public init(_ error: HTTPError, for request: Request) {
        let title = error.status.reasonPhrase
        let kind = error.kind ?? Self.kind(of: error.status)
        let members = [
            ("type", JSONText.quoted("/problems/\(kind)")),
            ("title", JSONText.quoted(title)),
            ("status", "\(error.status.code)"),
            ("detail", JSONText.quoted(error.detail)),
            ("instance", JSONText.quoted("urn:request:\(request.id)")),
        ]
        let text = "{" + members.map { "\(JSONText.quoted($0)):\($1)" }.joined(separator: ",") + "}\n"
        var fields = error.fields
        fields[.contentType] = "application/problem+json"
        fields[.cacheControl] = "no-store"
        self.init(error.status, fields: fields, body: .bytes(Array(text.utf8)))
    }

    /// The status's phrase in the form of a path segment: `not-found`.
    private static func kind(of status: HTTPResponse.Status) -> String {
        let words = status.reasonPhrase.lowercased().split { !$0.isLetter }
        return words.isEmpty ? "\(status.code)" : words.joined(separator: "-")
    }
}
