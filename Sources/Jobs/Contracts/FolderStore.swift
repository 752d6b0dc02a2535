import Foundation

/// Named folders of files that all programs on an engine have in common: what many jobs need.
///
/// A folder is replaced and removed as a whole: nobody reads files of two publications.
public protocol FolderStore: Sendable {
    /// Publishes files of this machine, durably before it returns, in the place of whatever had the name before.
    ///
    /// - Parameters:
    ///   - name: as `FolderRules` has it.
    ///   - files: paths on this machine by paths in the folder, which `FolderRules` limits, too.
    ///   - details: what else there is to know about it, kept as it is; 32 KiB at most.
    ///   - progress: told how many bytes are stored.
    /// - Throws: `.invalid` for names and paths that cannot be; `.noSpace` when the engine is full; `.conflict` when
    ///   somebody else published under this name meanwhile; `.storage` when a file cannot be read; `CancellationError`.
    ///   What was published before stays, then.
    func publish(
        _ name: String, files: [String: String], details: Data, progress: @escaping @Sendable (_ bytes: Int) -> Void
    ) async throws -> PublishedFolder
    /// All folders, by name.
    func published() async throws -> [PublishedFolder]
    /// Writes a folder's files below a new folder, and verifies each.
    ///
    /// - Throws: `.conflict` when it was replaced or removed meanwhile; `.storage` when a file is not what was
    ///   published; `.noSpace`, `CancellationError`. Nothing is at `path`, then.
    func fetch(_ folder: PublishedFolder, to path: String) async throws
    /// Removes a folder; false if there was none.
    func remove(_ name: String) async throws -> Bool
}
