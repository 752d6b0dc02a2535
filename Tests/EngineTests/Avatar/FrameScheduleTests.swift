import Testing

@testable import Engine

@Suite struct FrameScheduleTests {
    @Test(arguments: [
        (PoseLoop.pingPong, [0, 1, 2, 1, 0, 1, 2, 1]), (.loop, [0, 1, 2, 0, 1, 2, 0, 1]), (.hold, [0, 1, 2, 2, 2, 2, 2, 2]), (.stop, [0, 1, 2]),
    ])
    func aShortTrackGoesOnAsAsked(loop: PoseLoop, poses: [Int]) {
        let schedule = FrameSchedule(featureCount: 8, poseCount: 3, loop: loop)
        #expect(schedule.poseIndices == poses)
        #expect(schedule.featureRows == Array(0..<poses.count))
    }

    @Test(arguments: PoseLoop.allCases)
    func aLongTrackEndsWithTheSpeech(loop: PoseLoop) {
        let schedule = FrameSchedule(featureCount: 4, poseCount: 9, loop: loop)
        #expect(schedule.count == 4 && schedule.poseIndices == [0, 1, 2, 3])
    }

    @Test(arguments: [PoseLoop.pingPong, .loop, .hold])
    func oneposeServesAWholeVideo(loop: PoseLoop) {
        #expect(FrameSchedule(featureCount: 5, poseCount: 1, loop: loop).poseIndices == [0, 0, 0, 0, 0])
    }

    @Test func twoPosesAlternate() {
        #expect(FrameSchedule(featureCount: 5, poseCount: 2, loop: .pingPong).poseIndices == [0, 1, 0, 1, 0])
    }

    @Test(arguments: [(0, [0, 1, 2, 3]), (2, [2, 3, 3, 3]), (3, [3, 3, 3, 3]), (1_000_000_000, [3, 3, 3, 3])])
    func theFirstFeatureRowMayBeLaterAndTheLastOneStays(start: Int, rows: [Int]) {
        #expect(FrameSchedule(featureCount: 4, poseCount: 4, loop: .loop, audioStart: start).featureRows == rows)
    }

    @Test func rawValuesAreThoseOfTheCommandLine() {
        #expect(PoseLoop.allCases.map(\.rawValue) == ["ping-pong", "loop", "hold", "stop"])
    }
}
