/// The stores that an engine stands on.
public struct JobBackend: Sendable {
    public var store: any JobStore
    public var queue: any WorkQueue
    public var segments: any SegmentStore
    public var blobs: any BlobStore
    public var deliveries: any DeliveryStore
    /// An existing folder on the volume of the stores, for files in progress.
    public var temporaryFolder: String
    /// An existing folder on the volume of the stores, for uploads.
    public var uploadFolder: String
    public var disk: @Sendable () async throws -> DiskUsage
    /// Gives back what the stores hold; called last.
    public var close: @Sendable () async -> Void

    public init(
        store: any JobStore, queue: any WorkQueue, segments: any SegmentStore, blobs: any BlobStore,
        deliveries: any DeliveryStore, temporaryFolder: String, uploadFolder: String,
        disk: @escaping @Sendable () async throws -> DiskUsage, close: @escaping @Sendable () async -> Void
    ) {
        self.store = store
        self.queue = queue
        self.segments = segments
        self.blobs = blobs
        self.deliveries = deliveries
        self.temporaryFolder = temporaryFolder
        self.uploadFolder = uploadFolder
        self.disk = disk
        self.close = close
    }
}
