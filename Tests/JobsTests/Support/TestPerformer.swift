import Foundation
import Synchronization

@testable import Jobs

/// Writes a line for each segment, and as the finished file all of the lines; the number of segments is the request's
/// text. What else should happen is up to the test.
final class TestPerformer: Performer {
    typealias Hook = @Sendable (WorkItem, WorkContext) throws -> Void

    static let framesPerSegment = 10

    /// Every item that was begun, in order.
    let begun = Mutex<[WorkItem]>([])
    private let hook: Hook

    /// What jobs may need that is here.
    let known = Mutex<Set<String>>([])

    init(_ hook: @escaping Hook = { _, _ in }) { self.hook = hook }

    func offers() -> Set<String> { known.withLock { $0 } }

    static func request(segments: Int) -> Data { Data(String(segments).utf8) }

    static func line(_ job: JobID, _ segment: Int) -> String { "\(job) \(segment)\n" }

    static func artifact(_ job: JobID, segments: Int) -> String {
        (0..<segments).map { line(job, $0) }.joined()
    }

    func plan(_ job: Job, _ context: WorkContext) throws -> JobPlan {
        try begin(.plan, context)
        context.record(stage: "features", seconds: 0.5)
        let segments = Int(String(decoding: job.request, as: UTF8.self))!
        // The last segment is one frame short.
        return try JobPlan(
            frameCount: segments * Self.framesPerSegment - 1, framesPerSegment: Self.framesPerSegment)
    }

    func render(_ job: Job, _ plan: JobPlan, segment: Int, to path: String, _ context: WorkContext) throws {
        try begin(.segment(segment), context)
        try Data(Self.line(job.id, segment).utf8).write(to: URL(fileURLWithPath: path))
    }

    func finish(_ job: Job, _ plan: JobPlan, to path: String, _ context: WorkContext) throws -> String {
        try begin(.finish, context)
        var content = Data()
        for segment in 0..<plan.segmentCount {
            content += try Data(contentsOf: URL(fileURLWithPath: try context.segment(segment)))
        }
        try content.write(to: URL(fileURLWithPath: path))
        return "video.mp4"
    }

    private func begin(_ kind: WorkKind, _ context: WorkContext) throws {
        let item = WorkItem(job: context.job, kind: kind)
        begun.withLock { $0.append(item) }
        try hook(item, context)
    }
}
