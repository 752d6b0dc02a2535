/// The moments at which the program may end in the middle of something, in order of time for each thing done.
enum CrashPoint: String, CaseIterable, Sendable {
    case jobCreating, jobCreated
    case recordUpdating, recordUpdated
    case leasing, leased
    case segmentWritten, segmentSynced, segmentLinked, segmentCommitted
    case blobSynced, blobMoved
    case filesRemoving, filesRemoved
    case recordDeleting, recordDeleted

    /// Called at each point; a test throws here, and from then on everywhere, as if the program had ended.
    typealias Probe = @Sendable (CrashPoint) throws -> Void
}
