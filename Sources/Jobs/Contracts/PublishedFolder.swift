import Foundation

/// What is published of a folder; made only of what obeys `FolderRules`.
public struct PublishedFolder: Hashable, Sendable {
    public struct File: Hashable, Sendable {
        /// In the folder.
        public let path: String
        public let bytes: Int
        /// SHA-256, in lower-case hexadecimal.
        public let digest: String

        public init(path: String, bytes: Int, digest: String) {
            self.path = path
            self.bytes = bytes
            self.digest = digest
        }
    }

    public let name: String
    /// SHA-256 of `listing`, in lower-case hexadecimal.
    public let digest: String
    /// In the order of their paths' bytes.
    public let files: [File]
    /// Of all files.
    public let bytes: Int
    /// The publisher's.
    public let details: Data

    /// - Parameter hash: SHA-256 in lower-case hexadecimal.
    /// - Throws: `.invalid` for names, paths, sizes, digests and details that cannot be.
    package init(
        name: String, files: [File], details: Data, hash: (Data) -> String
    ) throws(JobsError) {
        try FolderRules.check(name: name)
        try FolderRules.check(paths: files.map(\.path))
        guard FolderRules.detailsLength.contains(details.count) else {
            throw JobsError(
                .invalid, name, found: "details of \(details.count) bytes",
                expected: "\(FolderRules.detailsLength.upperBound) at most")
        }
        var bytes = 0
        for file in files {
            let (sum, overflow) = bytes.addingReportingOverflow(file.bytes)
            guard file.bytes >= 0, !overflow, Self.isDigest(file.digest) else {
                throw JobsError(
                    .invalid, "\(name)/\(file.path)", found: "\(file.bytes) bytes of digest \(file.digest.prefix(80))",
                    expected: "a size and SHA-256")
            }
            bytes = sum
        }
        self.name = name
        self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        self.bytes = bytes
        self.details = details
        digest = hash(Data(Self.listing(of: self.files).utf8))
    }

    /// The files as `sha256sum` lists them: a line `DIGEST  PATH` for each.
    public var listing: String { Self.listing(of: files) }

    private static func listing(of files: [File]) -> String {
        files.map { "\($0.digest)  \($0.path)\n" }.joined()
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
