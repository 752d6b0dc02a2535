import Foundation
import Jobs
import Synchronization

/// Renders as another performer does, but keeps all segments from a certain one on waiting until it is opened: so a test
/// sees a job that is half done for as long as it likes.
final class Gate: Performer {
    private let performer: any Performer
    private let segment: Int
    private let isOpen = Atomic(false)

    init(_ performer: any Performer, before segment: Int) {
        self.performer = performer
        self.segment = segment
    }

    func open() {
        isOpen.store(true, ordering: .releasing)
    }

    func plan(_ job: Job, _ context: WorkContext) throws -> JobPlan {
        try performer.plan(job, context)
    }

    func render(_ job: Job, _ plan: JobPlan, segment: Int, to path: String, _ context: WorkContext) throws {
        while segment >= self.segment, !isOpen.load(ordering: .acquiring) {
            try context.checkCancellation()
            Thread.sleep(forTimeInterval: 0.005)
        }
        try performer.render(job, plan, segment: segment, to: path, context)
    }

    func finish(_ job: Job, _ plan: JobPlan, to path: String, _ context: WorkContext) throws -> String {
        try performer.finish(job, plan, to: path, context)
    }
}
