import HTTPTypes

/// Reads `multipart/form-data` as it comes: texts into memory, files into a folder, never the whole into memory.
///
/// ```swift
/// let form = try await FormReader(folder: uploads).read(request)
/// try form[file: "audio"]?.content.keep(as: path)
/// ```
///
/// If reading fails or is cancelled, all that was written is removed.
public struct FormReader: Sendable {
    public struct Limits: Sendable {
        /// Of the body's structure.
        public var structure = MultipartLimits()
        /// Bytes of a text.
        public var fieldBytes = 64 << 10
        /// Bytes of all texts together.
        public var allFieldBytes = 16 << 20
        /// Bytes of a file.
        public var fileBytes = 100 << 20
        /// Bytes of single parts, by name, in place of the above.
        public var partBytes: [String: Int] = [:]

        public init() {}
    }

    /// What `Form.digest` is made of.
    public enum Digest: Sendable {
        case none
        /// The body's bytes as sent. Clients choose another boundary each time.
        case body
        /// The parts' names, file names and contents: the same for the same form sent again.
        case contents
    }

    public let folder: String
    public let limits: Limits
    public let digest: Digest

    /// - Parameter folder: where files are put; it must be there.
    public init(folder: String, limits: Limits = Limits(), digest: Digest = .contents) {
        self.folder = folder
        self.limits = limits
        self.digest = digest
    }

    /// Reads the request's whole body.
    ///
    /// - Throws: 400 naming the part that is malformed, 413 naming the part that is too long, 415 for another type, 507 if
    ///   the disk is full; what the body throws.
    public func read(_ request: Request) async throws -> Form {
        let type = try request.contentType(of: ["multipart/form-data"])
        guard let boundary = type[parameter: "boundary"] else {
            throw HTTPError(.badRequest, detail: "Content-Type: multipart/form-data has no boundary; name it")
        }
        var parser = try MultipartParser(boundary: boundary, limits: limits.structure)
        var assembly = FormAssembly(self)
        for try await piece in request.body {
            try Task.checkCancellation()
            assembly.see(piece)
            for event in try parser.feed(piece) { try assembly.take(event) }
        }
        try parser.finish()
        return assembly.finish()
    }
}
