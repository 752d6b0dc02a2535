/// Several ranges as `multipart/byteranges` (RFC 9110, 14.6).
struct RangeParts: Sendable {
    private let parts: [(head: [UInt8], range: Range<Int>)]
    private let content: Representation.Content
    private let boundary: String

    init(
        _ ranges: [Range<Int>], of content: Representation.Content, contentType: String,
        boundary: String = Hexadecimal.encode((0..<16).map { _ in UInt8.random(in: .min ... .max) })
    ) {
        self.content = content
        self.boundary = boundary
        parts = ranges.map { range in
            let head =
                "\r\n--\(boundary)\r\nContent-Type: \(contentType)\r\n"
                + "Content-Range: bytes \(Representation.text(range))/\(content.length)\r\n\r\n"
            return (Array(head.utf8), range)
        }
    }

    var contentType: String {
        "multipart/byteranges; boundary=\(boundary)"
    }

    /// Bytes in all.
    var length: Int {
        parts.reduce(end.count) { $0 + $1.head.count + $1.range.count }
    }

    func write(to writer: any ResponseWriter) async throws {
        for part in parts {
            try await writer.write(part.head)
            try await content.write(part.range, to: writer)
        }
        try await writer.write(end)
    }

    private var end: [UInt8] {
        Array("\r\n--\(boundary)--\r\n".utf8)
    }
}
