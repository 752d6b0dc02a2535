import HTTPTypes

/// Compresses with gzip what is worth it and asked for so: texts of a kilobyte and more that are in memory.
///
/// Parts, streams and files go as they are, and so does what has a coding already or says `Cache-Control: no-transform`.
/// A compressed state has its own entity tag, the plain one's with `-gzip` behind it, by which conditions find it.
public struct Compression: Responder {
    private let next: any Responder

    public init(next: any Responder) {
        self.next = next
    }

    public func respond(to request: Request) async -> Response {
        let prefersGzip = AcceptedCodings(request.head.headerFields[.acceptEncoding]).prefersGzip
        guard prefersGzip else { return varied(await next.respond(to: request)) }
        let known = KnownTags(request.head.headerFields[.ifNoneMatch])
        var request = request
        if let field = known.fieldWithPlainTags { request.head.headerFields[.ifNoneMatch] = field }
        var response = varied(await next.respond(to: request))
        if response.status == .notModified, let tag = response.fields[.eTag], let coded = known.codedTag(for: tag) {
            response.fields[.eTag] = coded
            response.fields.vary(by: .acceptEncoding)
        } else if let bytes = content(of: response), let compressed = Gzip.compress(bytes),
            compressed.count < bytes.count
        {
            response.body = .bytes(compressed)
            response.fields[.contentEncoding] = "gzip"
            // A range of the plain state is none of this.
            response.fields[.acceptRanges] = nil
            if let tag = response.fields[.eTag].flatMap(EntityTag.init(field:)) {
                response.fields[.eTag] = tag.coded("gzip").description
            }
        }
        return response
    }

    /// Tells caches that the answer might have been compressed.
    private func varied(_ response: Response) -> Response {
        guard content(of: response) != nil else { return response }
        var response = response
        response.fields.vary(by: .acceptEncoding)
        return response
    }

    /// The bytes that are worth compressing.
    private func content(of response: Response) -> [UInt8]? {
        guard case .bytes(let bytes) = response.body, bytes.count >= Gzip.smallest, response.status != .partialContent,
            response.fields[.contentEncoding] == nil, response.fields[.contentRange] == nil,
            let type = response.fields[.contentType], Gzip.pays(forType: type),
            response.fields[.cacheControl]?.contains("no-transform") != true
        else { return nil }
        return bytes
    }
}
