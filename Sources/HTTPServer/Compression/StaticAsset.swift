import HTTPTypes

/// Bytes that stay the same, such as the page's: tagged by what they are, and compressed once.
public struct StaticAsset: Sendable {
    private let plain: Representation
    private let compressed: Representation?

    /// - Parameter cacheControl: by default caches ask each time whether it is still the same.
    public init(_ bytes: [UInt8], contentType: String, cacheControl: String = "no-cache", fields: HTTPFields = [:]) {
        let etag = EntityTag(Hexadecimal.encode(SHA256Hasher.digest(bytes).prefix(16)))
        var fields = fields
        fields[.cacheControl] = cacheControl
        var compressed: [UInt8]?
        if bytes.count >= Gzip.smallest, Gzip.pays(forType: contentType) {
            fields.vary(by: .acceptEncoding)
            compressed = Gzip.compress(bytes, level: 9)
        }
        plain = Representation(content: .bytes(bytes), contentType: contentType, etag: etag, fields: fields)
        var codedFields = fields
        codedFields[.contentEncoding] = "gzip"
        self.compressed = compressed.map {
            Representation(
                content: .bytes($0), contentType: contentType, etag: etag.coded("gzip"), servesRanges: false,
                fields: codedFields)
        }
    }

    /// 200, 206, 304, 412 or 416. Ranges are of the plain bytes.
    public func response(to request: Request) -> Response {
        let fields = request.head.headerFields
        guard let compressed, fields[.range] == nil, AcceptedCodings(fields[.acceptEncoding]).prefersGzip else {
            return plain.response(to: request)
        }
        return compressed.response(to: request)
    }
}
