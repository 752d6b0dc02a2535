/// A form that has been read: its texts in memory, its files on disk until the last reference to them goes.
public struct Form: Sendable {
    public struct Field: Sendable, Hashable {
        public let name: String
        public let value: String
    }

    public struct File: Sendable {
        public let name: String
        /// As the client calls it, without folders; it may be empty.
        public let filename: String
        public let contentType: MediaType?
        public let content: TemporaryFile
    }

    /// In the order they were sent.
    public internal(set) var fields: [Field] = []
    /// In the order they were sent.
    public internal(set) var files: [File] = []
    /// SHA-256 as `FormReader.digest` has it: 32 bytes, or none.
    public internal(set) var digest: [UInt8] = []

    /// The first text of that name.
    public subscript(field name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// The first file of that name.
    public subscript(file name: String) -> File? {
        files.first { $0.name == name }
    }
}
