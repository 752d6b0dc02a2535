import HTTPTypes

/// A file as an answer, whole or in part, as the request's conditions and ranges have it (RFC 9110, 13, 14).
///
/// ```swift
/// let file = try FileHandle(path: path)
/// return FileResponse(file, contentType: "video/mp4").response(to: request)
/// ```
public struct FileResponse: Sendable {
    private let representation: Representation

    /// - Parameters:
    ///   - etag: by default made of the file's number, size and time.
    ///   - fields: what goes with the content: `Cache-Control`, `Content-Disposition` ...
    public init(_ file: FileHandle, contentType: String, etag: EntityTag? = nil, fields: HTTPFields = [:]) {
        representation = Representation(
            content: .file(file), contentType: contentType, etag: etag ?? file.etag, lastModified: file.lastModified,
            fields: fields)
    }

    /// 200, 206, 304, 412 or 416.
    public func response(to request: Request) -> Response {
        representation.response(to: request)
    }
}
