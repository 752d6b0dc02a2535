/// One item of one job's work.
public struct WorkItem: Hashable, Sendable {
    public let job: JobID
    public let kind: WorkKind

    public init(job: JobID, kind: WorkKind) {
        self.job = job
        self.kind = kind
    }
}
