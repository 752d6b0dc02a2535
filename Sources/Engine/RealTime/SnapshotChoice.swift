import CKernels
import Foundation

/// Chooses the frames whose snapshots tell most of all others.
///
/// The head is read at points that vary much, in every training frame. Half of the snapshots are evenly spread; then always
/// that frame is added of which mixtures of those chosen leave most (the greedy choice of reduced bases, Veroy et al. 2003),
/// frames with codes from beyond the training among them: a mouth that is rarely so wide is as near to what was baked as any.
struct SnapshotChoice {
    let plan: VolumePlan
    let network: FaceNeRF
    let densest: Float
    let threads: Int
    let seed: UInt64

    /// Points that are read in some frames, to see where the head varies.
    private static let scouted = 6_000
    private static let scoutFrames = 24
    /// Points that are read in all frames.
    private static let points = 512

    /// - Parameters:
    ///   - known: frames as they come.
    ///   - odd: others, of which none is taken but for what it adds.
    /// - Returns: `count` of the frames, or all of the known ones if there are no more; empty if reading them was cancelled.
    func choose(
        _ count: Int, of known: [FrameRequest], and odd: [FrameRequest], isCanceled: @Sendable () -> Bool
    ) -> [FrameRequest] {
        guard known.count > count else { return known }
        let frames = known + odd
        let places = varying(FrameChoice.spread(frames, count: Self.scoutFrames))
        if isCanceled() { return [] }
        var left = ProbeReading.weighted(read(places, frames))
        var open = Set(frames.indices)
        var chosen: [FrameRequest] = []
        func take(_ frame: Int) {
            chosen.append(frames[frame])
            open.remove(frame)
            Self.project(&left, away: left[frame])
        }
        for frame in FrameChoice.spread(Array(known.indices), count: count / 2) { take(frame) }
        while chosen.count < count, !isCanceled() {
            // Whatever order the set has, the choice is the same.
            let sizes = open.map { (size: Self.squared(left[$0]), frame: $0) }
            guard let most = sizes.max(by: { ($0.size, $1.frame) < ($1.size, $0.frame) }) else { break }
            take(most.frame)
        }
        return chosen
    }

    /// Points at random, those that vary more in these frames more often.
    private func varying(_ frames: [FrameRequest]) -> [SIMD3<Float>] {
        var random = SplitMix(seed: seed)
        let scouts = (0..<Self.scouted).map { _ in
            let block = plan.blocks[Int(random.unit() * Float(plan.blocks.count)) % plan.blocks.count]
            return plan.position(Int(random.unit() * 64) % BakeBlock.points, of: block)
        }
        let values = ProbeReading.weighted(read(scouts, frames))
        let spread = scouts.indices.map { point in
            values.reduce(0) { sum, frame in (0..<4).reduce(sum) { $0 + frame[4 * point + $1] * frame[4 * point + $1] }
            }
        }
        // The k-th smallest of exponential variates at these rates: a sample without replacement (Efraimidis 2006).
        let order = spread.indices.map { (-logf(max(1 - random.unit(), 1e-9)) / max(spread[$0], 1e-12), $0) }
            .sorted { $0 < $1 }
        return order.prefix(Self.points).map { scouts[$0.1] }
    }

    private func read(_ points: [SIMD3<Float>], _ frames: [FrameRequest]) -> [[Float]] {
        ProbeReading.values(
            points, eyes: frames.map(\.pose.translation), conditions: frames.map { network.foldCondition($0.code) },
            network: network, densest: densest, threads: threads)
    }

    /// Takes away what of each frame is along `direction`.
    private static func project(_ frames: inout [[Float]], away direction: [Float]) {
        let square = squared(direction)
        guard square > 1e-9 else { return }
        for k in frames.indices {
            frames[k].withUnsafeMutableBufferPointer { row in
                var product: Float = 0
                for i in row.indices { product += row[i] * direction[i] }
                product /= square
                for i in row.indices { row[i] -= product * direction[i] }
            }
        }
    }

    private static func squared(_ values: [Float]) -> Float { values.reduce(0) { $0 + $1 * $1 } }
}
