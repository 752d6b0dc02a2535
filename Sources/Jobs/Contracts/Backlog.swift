/// Work that is waiting.
public struct Backlog: Hashable, Sendable {
    /// Jobs that have not ended.
    public var jobs = 0
    /// Of these, those whose number of frames is not known yet.
    public var unplanned = 0
    /// Frames of the others that are still to be rendered, capped per job.
    public var frames = 0

    public init(jobs: Int = 0, unplanned: Int = 0, frames: Int = 0) {
        self.jobs = jobs
        self.unplanned = unplanned
        self.frames = frames
    }
}
