import Engine
import Testing

@testable import Studio

@Suite struct EvaluationFramesTests {
    private func pose(_ x: Float) -> Pose { Pose(matrix: [1, 0, 0, x, 0, 1, 0, 0, 0, 0, 1, 1]) }

    @Test func theFarthestFramesAreAmongThem() {
        var codes = (0..<100).map { [Float($0 % 5), 0] }
        codes[41] = [0, 9]
        var poses = (0..<100).map { pose(Float($0 % 7) * 0.01) }
        poses[73] = pose(1)
        func choose(_ count: Int, seed: UInt64) -> [Int] {
            EvaluationFrames.choose(
                count, codes: codes, poses: poses, trainingCodes: (0..<5).map { [Float($0), 0] },
                trainingPoses: (0..<7).map { pose(Float($0) * 0.01) }, seed: seed)
        }
        for seed in 1...20 as ClosedRange<UInt64> {
            let chosen = choose(10, seed: seed)
            #expect(chosen.contains(41) && chosen.contains(73))
            #expect(chosen == Set(chosen).sorted() && chosen.count == 10)
            // Each has a successor.
            #expect(chosen.allSatisfy { (0..<99).contains($0) })
        }
        #expect(choose(10, seed: 3) == choose(10, seed: 3))
        #expect(choose(10, seed: 3) != choose(10, seed: 4))
        #expect(choose(1, seed: 1) == [41])
        #expect(choose(500, seed: 1) == Array(0..<99))
    }

    @Test func aVideoOfOneFrameHasNoneToMeasure() {
        #expect(
            EvaluationFrames.choose(
                3, codes: [[0]], poses: [pose(0)], trainingCodes: [], trainingPoses: [], seed: 1
            ).isEmpty)
    }
}
