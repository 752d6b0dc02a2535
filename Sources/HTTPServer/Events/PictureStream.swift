import HTTPTypes

/// Pictures each of which takes the place of the one before (`multipart/x-mixed-replace`). To be used by one task at a
/// time.
///
/// Each part is sent with the boundary behind it, because browsers show a part only when they have seen its end.
public struct PictureStream: Sendable {
    fileprivate static let boundary = "adnerf-next-picture"
    private let writer: any ResponseWriter

    fileprivate init(_ writer: any ResponseWriter) {
        self.writer = writer
    }

    /// - Throws: `CancellationError` if the client is gone.
    public func send(_ bytes: [UInt8], contentType: String) async throws {
        try await writer.write(Self.head(contentType, length: bytes.count) + bytes + Self.delimiter)
    }

    /// - Throws: `CancellationError` if the client is gone.
    public func send(_ file: FileHandle, contentType: String) async throws {
        try await writer.write(Self.head(contentType, length: file.size))
        try await writer.write(file, 0..<file.size)
        try await writer.write(Self.delimiter)
    }

    fileprivate func begin() async throws {
        try await writer.write(Array("--\(Self.boundary)".utf8))
    }

    fileprivate func end() async throws {
        try await writer.write(Array("--\r\n".utf8))
    }

    /// The rest of the boundary's line, and the part's own fields.
    private static func head(_ contentType: String, length: Int) -> [UInt8] {
        Array("\r\nContent-Type: \(contentType)\r\nContent-Length: \(length)\r\n\r\n".utf8)
    }

    private static let delimiter = Array("\r\n--\(boundary)".utf8)
}

extension Response {
    /// `multipart/x-mixed-replace`, never cached, transformed or held back by a proxy.
    public static func pictures(_ produce: @escaping @Sendable (PictureStream) async throws -> Void) -> Response {
        let fields: HTTPFields = [
            .contentType: "multipart/x-mixed-replace; boundary=\(PictureStream.boundary)",
            .cacheControl: "no-store, no-transform", .xAccelBuffering: "no",
        ]
        let body = ResponseBody.stream(length: nil) { writer in
            let stream = PictureStream(writer)
            try await stream.begin()
            try await produce(stream)
            try await stream.end()
        }
        return Response(.ok, fields: fields, body: body)
    }
}
