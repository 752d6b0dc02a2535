import HTTPTypes

/// Content that is at hand as a whole, with what a conditional or partial answer needs to know.
struct Representation: Sendable {
    enum Content: Sendable {
        case bytes([UInt8])
        case file(FileHandle)

        var length: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .file(let file): file.size
            }
        }

        func body(_ range: Range<Int>) -> ResponseBody {
            switch self {
            case .bytes(let bytes): .bytes(range == bytes.indices ? bytes : Array(bytes[range]))
            case .file(let file): .file(file, range)
            }
        }

        func write(_ range: Range<Int>, to writer: any ResponseWriter) async throws {
            switch self {
            case .bytes(let bytes): try await writer.write(Array(bytes[range]))
            case .file(let file): try await writer.write(file, range)
            }
        }
    }

    var content: Content
    var contentType: String
    var etag: EntityTag?
    /// Seconds since 1970.
    var lastModified: Int?
    /// Whether parts of it can be asked for.
    var servesRanges = true
    /// Fields that go with every answer that has this content or stands for it.
    var fields: HTTPFields = [:]

    /// 200, 206, 304, 412 or 416.
    func response(to request: Request) -> Response {
        let length = content.length
        let state = Conditions.State(etag: etag, lastModified: lastModified, length: servesRanges ? length : nil)
        switch Conditions.outcome(request.head.method, request.head.headerFields, state) {
        case .whole:
            return Response(.ok, fields: contentFields(type: contentType), body: content.body(0..<length))
        case .ranges(let ranges) where ranges.count == 1:
            var fields = contentFields(type: contentType)
            fields[.contentRange] = "bytes \(Self.text(ranges[0]))/\(length)"
            return Response(.partialContent, fields: fields, body: content.body(ranges[0]))
        case .ranges(let ranges):
            let parts = RangeParts(ranges, of: content, contentType: contentType)
            return Response(
                .partialContent, fields: contentFields(type: parts.contentType),
                body: .stream(length: parts.length) { try await parts.write(to: $0) })
        case .notModified:
            var fields = validators
            fields[.contentEncoding] = nil
            return Response(.notModified, fields: fields)
        case .failed:
            return Response(HTTPError.conditionsFailed, for: request)
        case .unsatisfiable:
            let error = HTTPError(
                .rangeNotSatisfiable, detail: "none of the ranges lies within the \(length) bytes; ask for bytes=0-",
                fields: [.contentRange: "bytes */\(length)", .acceptRanges: "bytes"])
            return Response(error, for: request)
        }
    }

    static func text(_ range: Range<Int>) -> String {
        "\(range.lowerBound)-\(range.upperBound - 1)"
    }

    private func contentFields(type: String) -> HTTPFields {
        var fields = validators
        fields[.contentType] = type
        if servesRanges { fields[.acceptRanges] = "bytes" }
        return fields
    }

    private var validators: HTTPFields {
        var fields = fields
        if let etag { fields[.eTag] = etag.description }
        if let lastModified { fields[.lastModified] = HTTPDate.format(lastModified) }
        return fields
    }
}
