import Foundation
import Testing

@testable import Jobs

@Suite struct JobPlanTests {
    @Test(arguments: [(1, 25, 1), (25, 25, 1), (26, 25, 2), (7500, 25, 300), (1_000_000, 1, 1_000_000), (10, .max, 1)])
    func cutsEveryFrameIntoOneSegment(_ frames: Int, _ length: Int, _ segments: Int) throws {
        let plan = try JobPlan(frameCount: frames, framesPerSegment: length)
        #expect(plan.segmentCount == segments)
        #expect(plan.frames(ofSegment: 0).lowerBound == 0)
        #expect(plan.frames(ofSegment: segments - 1).upperBound == frames)
        for index in 1..<min(max(segments, 2), 400) where index < segments {
            #expect(plan.frames(ofSegment: index).lowerBound == plan.frames(ofSegment: index - 1).upperBound)
            #expect(plan.segment(ofFrame: plan.frames(ofSegment: index).lowerBound) == index)
        }
        #expect(plan.frames(ofSegment: segments).isEmpty)
        #expect(plan.frames(ofSegment: -1).isEmpty)
        #expect(plan.segment(ofFrame: frames) == nil)
    }

    @Test(arguments: [(1, 5, 1), (5, 5, 1), (6, 5, 2), (30, 5, 2), (31, 5, 3), (1_000, 25, 40), (1_000, 1, 41)])
    func aShorterFirstSegmentIsFollowedByOthers(_ frames: Int, _ first: Int, _ segments: Int) throws {
        let plan = try JobPlan(frameCount: frames, firstFrames: first)
        #expect(plan.segmentCount == segments)
        #expect(plan.frames(ofSegment: 0) == 0..<min(first, frames))
        let cut = (0..<segments).flatMap { index in
            plan.frames(ofSegment: index).map { (frame: $0, segment: index) }
        }
        #expect(cut.map(\.frame) == Array(0..<frames))
        #expect(cut.allSatisfy { plan.segment(ofFrame: $0.frame) == $0.segment })
    }

    /// Plans of before there were shorter first segments.
    @Test func oldPlansAreRead() throws {
        let plan = try JSONDecoder().decode(
            JobPlan.self, from: Data(#"{"frameCount": 60, "framesPerSegment": 25, "details": ""}"#.utf8))
        #expect(plan.segmentCount == 3 && plan.frames(ofSegment: 1) == 25..<50)
    }

    @Test(arguments: [0, -1, 26]) func refusesImpossibleFirstSegments(_ first: Int) {
        #expect(throws: JobsError.self) { try JobPlan(frameCount: 60, firstFrames: first) }
    }

    @Test(arguments: [(0, 25), (-1, 25), (1_000_001, 25), (Int.max, 25), (10, 0), (10, -1)])
    func refusesWhatIsNoPlan(_ frames: Int, _ length: Int) {
        #expect { try JobPlan(frameCount: frames, framesPerSegment: length) } throws: {
            ($0 as? JobsError)?.code == .invalid
        }
    }
}
