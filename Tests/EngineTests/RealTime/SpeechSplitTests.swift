import Testing

@testable import Engine

/// Which blocks of a head speech moves.
@Suite struct SpeechSplitTests {
    private let avatar = Octahedron.avatar()

    /// A volume about the octahedron that is the avatar's head, and much empty space.
    private var plan: VolumePlan {
        let shape = OccupancyGrid.Shape(origin: SIMD3(repeating: -0.9), cell: 0.06, size: SIMD3(repeating: 30))
        return VolumePlan(
            cells: (0..<UInt32(shape.count)).map { $0 }, shape: shape, spacing: 0.06, view: SIMD3(0, 0, -1))
    }

    private func split(codes: [Float], threads: Int = 2) throws -> (still: VolumePlan, moved: VolumePlan) {
        let frames = codes.map { code in
            var frame = Octahedron.request(avatar)
            frame.code[0] = code
            return frame
        }
        return try SpeechSplit(
            plan: plan, network: AvatarFields(avatar, variant: .portable).head.fine, densest: 60, threads: threads,
            seed: 5
        ).parts(frames)
    }

    @Test func whatVariesWithTheCodeIsMoved() throws {
        let (still, moved) = try split(codes: (0..<20).map { Float($0 % 5) })
        let all = plan
        #expect(still.grid == all.grid && moved.grid == all.grid)
        // Each block is in one of them, in its order.
        #expect(!moved.blocks.isEmpty && Set(still.blocks).isDisjoint(with: moved.blocks))
        #expect(all.blocks.filter(Set(still.blocks).contains) == still.blocks)
        #expect(all.blocks.filter(Set(moved.blocks).contains) == moved.blocks)
        #expect(still.blocks.count + moved.blocks.count == all.blocks.count)
        #expect(Double(moved.points) <= SpeechSplit.share * Double(all.points))
        // Far out it is empty, whatever is said.
        func distances(_ plan: VolumePlan) -> [Float] { plan.blocks.map { plan.position(20, of: $0).length } }
        #expect(try #require(distances(moved).max()) < #require(distances(all).max()) / 2)
        let again = try split(codes: (0..<20).map { Float($0 % 5) }, threads: 1)
        #expect(again.moved == moved)
    }

    @Test func whoSaysNothingMovesNothing() throws {
        let (still, moved) = try split(codes: Array(repeating: 2, count: 20))
        #expect(moved.blocks.isEmpty && still == plan)
    }
}
