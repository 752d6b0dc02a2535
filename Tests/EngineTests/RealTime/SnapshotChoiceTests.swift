import Testing

@testable import Engine

/// Which frames a head is baked in.
@Suite struct SnapshotChoiceTests {
    private let avatar = Octahedron.avatar()

    /// A volume about the octahedron that is the avatar's head.
    private var plan: VolumePlan {
        let shape = OccupancyGrid.Shape(
            origin: SIMD3(-0.3, -0.2, -0.3), cell: 0.03, size: SIMD3(repeating: 20))
        return VolumePlan(
            cells: (0..<UInt32(shape.count)).map { $0 }, shape: shape, spacing: 0.03, view: SIMD3(0, 0, -1))
    }

    /// Frames in which nothing is said, but for two: one that raises the density a little, one that raises it much.
    private var frames: [FrameRequest] {
        (0..<60).map { k in
            var frame = Octahedron.request(avatar)
            frame.code[0] = k == 20 ? 1 : k == 41 ? 9 : 0
            frame.code[1] = Float(k)
            return frame
        }
    }

    private func choose(
        _ count: Int, and odd: [FrameRequest] = [], threads: Int = 2, isCanceled: Bool = false
    ) throws -> [Float] {
        let choice = SnapshotChoice(
            plan: plan, network: try AvatarFields(avatar, variant: .portable).head.fine, densest: 60, threads: threads,
            seed: 3)
        return choice.choose(count, of: frames, and: odd) { isCanceled }.map { $0.code[1] }
    }

    @Test func whatOthersDoNotExplainIsChosen() throws {
        let chosen = try choose(8)
        // Half are spread, the fifth is the one that no other is like.
        #expect(chosen.count == 8 && Set(chosen).count == 8)
        #expect(Array(chosen.prefix(4)) == [7, 22, 37, 52])
        #expect(chosen[4] == 41)
        #expect(try choose(8, threads: 1) == chosen)
    }

    @Test func oddOnesCountForWhatTheyAdd() throws {
        var usual = frames[0]
        var far = frames[0]
        (usual.code[1], far.code[1], far.code[0]) = (100, 101, 30)
        let chosen = try choose(8, and: [usual, far])
        #expect(chosen[4] == 101 && !chosen.contains(100))
    }

    @Test func fewFramesAreAllTaken() throws {
        #expect(try choose(60).count == 60)
        #expect(try choose(100).count == 60)
    }

    @Test func cancellingEndsIt() throws {
        #expect(try choose(8, isCanceled: true).isEmpty)
    }
}
