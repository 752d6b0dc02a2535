import Engine

/// Which frames an evaluation looks at: the least like the training, and others blindly.
public enum EvaluationFrames {
    /// Codes and poses of the training that distances are measured from.
    private static let references = 400

    /// - Parameters:
    ///   - count: frames wanted; each has a successor in the video, so there are at most one fewer than it has frames.
    ///   - seed: of the blind choice.
    /// - Returns: ascending: the frame of the largest code distance and that of the largest pose distance from everything in
    ///   training, and others at random.
    public static func choose(
        _ count: Int, codes: [[Float]], poses: [Pose], trainingCodes: [[Float]], trainingPoses: [Pose], seed: UInt64
    ) -> [Int] {
        let candidates = Array(0..<max(0, min(codes.count, poses.count) - 1))
        guard candidates.count > count else { return candidates }
        let known = (spread(trainingCodes), spread(trainingPoses).map(vector))
        var chosen: [Int] = []
        for (own, known) in [(codes, known.0), (poses.map(vector), known.1)] where chosen.count < count {
            let distances = candidates.map { nearest(own[$0], known) }
            let rest = candidates.filter { !chosen.contains($0) }
            if let farthest = rest.max(by: { distances[$0] < distances[$1] }) { chosen.append(farthest) }
        }
        var random = SeededRandom(seed: seed)
        chosen += candidates.filter { !chosen.contains($0) }.shuffled(using: &random).prefix(count - chosen.count)
        return chosen.sorted()
    }

    private static func spread<Element>(_ all: [Element]) -> [Element] {
        guard all.count > references else { return all }
        return (0..<references).map { all[$0 * all.count / references] }
    }

    /// Squared distance from the nearest; 0 where there is nothing to be distant from.
    private static func nearest(_ value: [Float], _ known: [[Float]]) -> Float {
        known.map { zip($0, value).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }.min() ?? 0
    }

    /// A turn by one radian counts as much as a move by one unit of the scene.
    private static func vector(_ pose: Pose) -> [Float] {
        pose.rotation.map { $0 / Float(2).squareRoot() } + [pose.translation.x, pose.translation.y, pose.translation.z]
    }
}
