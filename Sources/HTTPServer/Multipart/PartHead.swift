/// What a form's part says of itself (RFC 7578, 4.2).
public struct PartHead: Hashable, Sendable {
    /// The field's name.
    public let name: String
    /// The last component of a file's name without control characters, so nothing that leads elsewhere; nil if the part
    /// is no file.
    public let filename: String?
    public let contentType: MediaType?

    public init(name: String, filename: String? = nil, contentType: MediaType? = nil) {
        self.name = name
        self.filename = filename
        self.contentType = contentType
    }

    /// - Parameter fields: names in lower case.
    /// - Returns: nil without one `Content-Disposition: form-data` that has one name.
    init?(_ fields: [(name: String, value: String)]) {
        let dispositions = fields.filter { $0.name == "content-disposition" }
        guard dispositions.count == 1, let disposition = FormDisposition(dispositions[0].value) else { return nil }
        name = disposition.name
        filename = disposition.filename.map(Self.lastComponent)
        contentType = fields.first { $0.name == "content-type" }.flatMap { MediaType($0.value) }
    }

    private static func lastComponent(_ path: String) -> String {
        // Splitting always gives something.
        let last = path.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last!
        let name = String(String.UnicodeScalarView(last.filter { !($0.value < 0x20 || $0.value == 0x7F) }))
        return name == "." || name == ".." ? "" : name
    }
}
