import HTTPCore
import HTTPTypes

extension Request {
    /// What the application sees of a head that came over a connection.
    init(_ head: RequestHead, id: String, remoteAddress: String, isSecure: Bool, source: any RequestBody.Source) {
        var fields = HTTPFields()
        fields.reserveCapacity(head.fields.count)
        for field in head.fields where field.name != "host" {
            guard let name = FieldNameCache.name(field.name) else { continue }
            fields.append(HTTPField(name: name, value: field.value))
        }
        let path = head.path
        let query = head.query
        let request = HTTPRequest(
            method: HTTPRequest.Method(head.method) ?? .get, scheme: isSecure ? "https" : "http",
            authority: head.authority, path: query.map { path + "?" + $0 } ?? path, headerFields: fields)
        let body =
            switch head.framing {
            case .none: RequestBody()
            case .length(let length): RequestBody(length: length, source: source)
            case .chunked: RequestBody(length: nil, source: source)
            }
        self.init(
            head: request, path: PercentEncoding.decode(path), query: query, body: body,
            remoteAddress: remoteAddress, isSecure: isSecure, id: id)
    }
}

extension HTTPRequest.Method {
    fileprivate init?(_ name: String) {
        switch name {
        case "GET": self = .get
        case "POST": self = .post
        default: self.init(rawValue: name)
        }
    }
}
