/// Finished segments. The first write wins: a segment, once committed, never changes.
public protocol SegmentStore: Sendable {
    /// Takes over a file as a segment, durably and as a whole before it returns.
    ///
    /// The file is gone afterwards in any case but an error.
    ///
    /// - Returns: false when the segment was there already, and so this file was dropped.
    /// - Throws: `.noSpace` when the disk is full; nothing has changed then.
    func commit(_ job: JobID, _ index: Int, file path: String) async throws -> Bool
    /// The segment's file on this machine; nil when it is not committed.
    func path(_ job: JobID, _ index: Int) async throws -> String?
    /// The committed segments, in order.
    func committed(_ job: JobID) async throws -> [Int]
    /// Removes a job's segments; those who hold one open can read on.
    func delete(_ job: JobID) async throws
}
