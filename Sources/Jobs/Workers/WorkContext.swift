import Foundation
import Synchronization

/// What a performer has at hand while it works on an item, on its own thread.
public final class WorkContext: Sendable {
    public let job: JobID
    /// Which of the job's items it is.
    let kind: WorkKind
    /// An empty folder for this item alone, removed afterwards; on the volume of the stores.
    public let temporaryFolder: String
    private let segments: any SegmentStore
    private let blobs: any BlobStore
    private let canceled = Atomic(false)
    private let frames = Atomic(0)
    private let stages = Mutex<[String: Double]>([:])

    public init(
        job: JobID, kind: WorkKind = .plan, temporaryFolder: String, segments: any SegmentStore, blobs: any BlobStore
    ) {
        self.job = job
        self.kind = kind
        self.temporaryFolder = temporaryFolder
        self.segments = segments
        self.blobs = blobs
    }

    /// Whether the work is no longer wanted: the job was cancelled, the lease lost, or the program is ending.
    public var isCanceled: Bool { canceled.load(ordering: .relaxed) }

    /// - Throws: `CancellationError` when the work is no longer wanted.
    public func checkCancellation() throws {
        if isCanceled { throw CancellationError() }
    }

    /// Adds to the job's timings, under the stage's name.
    public func record(stage: String, seconds: Double) {
        stages.withLock { $0[stage, default: 0] += seconds }
    }

    /// Tells how many of a segment's frames are rendered so far, for those who watch.
    public func report(frames count: Int) {
        frames.store(count, ordering: .relaxed)
    }

    var framesRendered: Int { frames.load(ordering: .relaxed) }

    /// The file of a blob; nil when there is none of that name.
    public func blobIfPresent(_ name: String) throws -> String? {
        try Waiting.wait(for: { [blobs, job] in try await blobs.path(job, name) })
    }

    /// The file of a blob.
    ///
    /// - Throws: `.notFound` when there is none of that name.
    public func blob(_ name: String) throws -> String {
        guard let path = try blobIfPresent(name) else {
            throw JobsError(.notFound, "\(job)/\(name)", found: "no such blob")
        }
        return path
    }

    /// Stores a file as a blob of the job, moving it; it replaces one of that name.
    public func putBlob(_ name: String, file path: String) throws {
        _ = try Waiting.wait(for: { [blobs, job] in try await blobs.put(job, name, file: path) })
    }

    /// The file of a committed segment.
    ///
    /// - Throws: `.notFound` when the segment is not committed.
    public func segment(_ index: Int) throws -> String {
        guard let path = try Waiting.wait(for: { [segments, job] in try await segments.path(job, index) }) else {
            throw JobsError(.notFound, "\(job)", found: "segment \(index) is not committed")
        }
        return path
    }

    var timings: [String: Double] { stages.withLock { $0 } }

    func cancel() { canceled.store(true, ordering: .relaxed) }
}
