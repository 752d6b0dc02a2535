/// A job's other files, by name: what came with the request, what was computed from it, and the artifact.
///
/// Names are 1 to 100 of the characters `A-Z a-z 0-9 . _ -`, and do not begin with a dot.
public protocol BlobStore: Sendable {
    /// Takes over a file, durably and as a whole; it replaces a blob of that name.
    ///
    /// - Returns: its size in bytes.
    /// - Throws: `.noSpace` when the disk is full, `.invalid` for a bad name.
    @discardableResult
    func put(_ job: JobID, _ name: String, file path: String) async throws -> Int
    /// The blob's file on this machine; nil when there is none.
    func path(_ job: JobID, _ name: String) async throws -> String?
    func delete(_ job: JobID, _ name: String) async throws
    /// Removes all blobs of a job; those who hold one open can read on.
    func delete(_ job: JobID) async throws
}
