import Foundation

/// The stores that an engine stands on.
public struct JobBackend: Sendable {
    public var store: any JobStore
    public var queue: any WorkQueue
    public var segments: any SegmentStore
    public var blobs: any BlobStore
    public var deliveries: any DeliveryStore
    /// Who works on the jobs; nil for this program alone.
    public var nodes: (any NodeDirectory)?
    /// What is published for all programs; nil where this one is alone.
    public var folders: (any FolderStore)?
    /// A small value that all programs on this engine, now and later, have in common: the first proposal for a name.
    public var shared: @Sendable (_ name: String, _ proposal: Data) async throws -> Data
    /// An existing folder on the volume of the stores, for files in progress.
    public var temporaryFolder: String
    /// An existing folder on the volume of the stores, for uploads.
    public var uploadFolder: String
    public var disk: @Sendable () async throws -> DiskUsage
    /// Throws what keeps the engine from storing anything just now.
    public var check: @Sendable () async throws -> Void
    /// Gives back what the stores hold; called last.
    public var close: @Sendable () async -> Void

    public init(
        store: any JobStore, queue: any WorkQueue, segments: any SegmentStore, blobs: any BlobStore,
        deliveries: any DeliveryStore, nodes: (any NodeDirectory)? = nil,
        folders: (any FolderStore)? = nil,
        shared: @escaping @Sendable (_ name: String, _ proposal: Data) async throws -> Data, temporaryFolder: String,
        uploadFolder: String,
        disk: @escaping @Sendable () async throws -> DiskUsage, check: @escaping @Sendable () async throws -> Void,
        close: @escaping @Sendable () async -> Void
    ) {
        self.store = store
        self.queue = queue
        self.segments = segments
        self.blobs = blobs
        self.deliveries = deliveries
        self.nodes = nodes
        self.folders = folders
        self.shared = shared
        self.temporaryFolder = temporaryFolder
        self.uploadFolder = uploadFolder
        self.disk = disk
        self.check = check
        self.close = close
    }
}
