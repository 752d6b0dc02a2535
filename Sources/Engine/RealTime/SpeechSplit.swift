/// Tells the blocks that speech moves, those about the mouth as a rule, from all others.
///
/// Some points of every block are read under different codes from the same place. How much they vary is what the blocks are ranked
/// by.
struct SpeechSplit {
    let plan: VolumePlan
    let network: FaceNeRF
    let densest: Float
    let threads: Int
    let seed: UInt64

    /// Share of the points whose blocks count as moved.
    static let share = 1.0 / 8
    /// Codes that points are read under.
    private static let codes = 16
    private static let pointsPerBlock = 3
    /// Sum of squares, values being in [0, 1], that rounding alone may make of a block that does not vary.
    private static let rounding: Float = 1e-8

    /// - Parameter frames: of whose codes the least alike are taken.
    /// - Returns: the plan's blocks in two plans, in their order. Nothing is moved where all frames have one code.
    func parts(_ frames: [FrameRequest]) -> (still: VolumePlan, moved: VolumePlan) {
        let motion = motion(frames)
        var moved = Set<Int>()
        var points = 0
        // Of blocks that vary as much the first come first, so that the choice is always the same.
        for block in plan.blocks.indices.sorted(by: { (motion[$1], $0) < (motion[$0], $1) })
        where motion[block] > Self.rounding {
            points += plan.blocks[block].needed.nonzeroBitCount
            guard Double(points) <= Self.share * Double(plan.points) else { break }
            moved.insert(block)
        }
        func part(isMoved: Bool) -> VolumePlan {
            let blocks = plan.blocks.indices.filter { moved.contains($0) == isMoved }
            return VolumePlan(grid: plan.grid, blocks: blocks.map { plan.blocks[$0] })
        }
        return (part(isMoved: false), part(isMoved: true))
    }

    /// For each block how much its values vary with the code, colours as far as their point is ever opaque.
    private func motion(_ frames: [FrameRequest]) -> [Float] {
        guard let eye = frames.first?.pose.translation else { return plan.blocks.map { _ in 0 } }
        var random = SplitMix(seed: seed)
        let points = plan.blocks.flatMap { block in
            (0..<Self.pointsPerBlock).map { _ in
                var bits = block.needed
                for _ in 0..<Int.random(in: 0..<bits.nonzeroBitCount, using: &random) { bits &= bits - 1 }
                return plan.position(bits.trailingZeroBitCount, of: block)
            }
        }
        let codes = FrameChoice.diverse(frames, count: Self.codes).map(\.code)
        let values = ProbeReading.values(
            points, eyes: codes.map { _ in eye }, conditions: codes.map { network.foldCondition($0) }, network: network,
            densest: densest, threads: threads)
        let size = 4 * Self.pointsPerBlock
        return ProbeReading.weighted(values).reduce(into: [Float](repeating: 0, count: plan.blocks.count)) {
            sums, frame in
            for block in sums.indices {
                for k in size * block..<size * (block + 1) { sums[block] += frame[k] * frame[k] }
            }
        }
    }
}
