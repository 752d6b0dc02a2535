/// Does the work of jobs: blocking code on a thread of its own, not on the cooperative pool.
///
/// Any call may be repeated, after a crash or on another worker, and must then give the same result. Each should look
/// at `context.isCanceled` a few times a second and throw `CancellationError` when it is set. A `JobFailure` fails the
/// job at once; a `JobsError` of `.noSpace` and any other error count as transient and are tried again a few times.
public protocol Performer: Sendable {
    /// What jobs may need (`Job.need`) that is here. Asked every few seconds where nodes share an engine.
    func offers() -> Set<String>
    /// Finds out how many frames the job comes to, and computes what the segments need, into blobs.
    func plan(_ job: Job, _ context: WorkContext) throws -> JobPlan
    /// Renders the frames `plan.frames(ofSegment: segment)` into a new file at `path`.
    func render(_ job: Job, _ plan: JobPlan, segment: Int, to path: String, _ context: WorkContext) throws
    /// Makes the finished file at `path` out of the segments.
    ///
    /// - Returns: the name of the blob that the file becomes, such as `video.mp4`.
    func finish(_ job: Job, _ plan: JobPlan, to path: String, _ context: WorkContext) throws -> String
}

extension Performer {
    public func offers() -> Set<String> { [] }
}
