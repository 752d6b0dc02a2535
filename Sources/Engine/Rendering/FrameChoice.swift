/// Picks a few frames to stand for many.
enum FrameChoice {
    /// Frames looked at when picking; more are thinned first.
    private static let candidates = 1_000

    /// Evenly spread elements, in order.
    static func spread<Element>(_ all: [Element], count: Int) -> [Element] {
        guard all.count > count else { return all }
        return (0..<count).map { all[($0 * 2 + 1) * all.count / (2 * count)] }
    }

    /// Frames whose audio codes differ most: first the one farthest from the mean, then always the one farthest from those
    /// picked (Gonzalez' farthest-first traversal). Odd mouths come first.
    static func diverse(_ all: [FrameRequest], count: Int) -> [FrameRequest] {
        diverse(all, count: count, by: \.code)
    }

    /// Frames that differ most in how the head is held: angles and place, each measured by how much it varies.
    static func poseDiverse(_ all: [FrameRequest], count: Int) -> [FrameRequest] {
        let places = all.map { frame -> [Float] in
            let (angles, place) = (PoseSignal.eulerAngles(frame.pose), frame.pose.translation)
            return [angles.x, angles.y, angles.z, place.x, place.y, place.z]
        }
        let scales = (0..<6).map { axis -> Float in
            let values = places.map { $0[axis] }
            let mean = values.reduce(0, +) / Float(max(values.count, 1))
            return max(
                (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(max(values.count, 1))).squareRoot(), 1e-6)
        }
        return diverse(all, count: count) { frame in
            let (angles, place) = (PoseSignal.eulerAngles(frame.pose), frame.pose.translation)
            return zip([angles.x, angles.y, angles.z, place.x, place.y, place.z], scales).map { $0 / $1 }
        }
    }

    private static func diverse(
        _ all: [FrameRequest], count: Int, by key: (FrameRequest) -> [Float]
    ) -> [FrameRequest] {
        let frames = spread(all, count: candidates)
        guard !frames.isEmpty, frames.count > count else { return frames }
        let keys = frames.map(key)
        var mean = [Float](repeating: 0, count: keys[0].count)
        for key in keys {
            for (k, value) in key.enumerated() { mean[k] += value / Float(frames.count) }
        }
        var distance = keys.map { squaredDistance($0, mean) }
        var picked: [FrameRequest] = []
        while picked.count < count, let farthest = distance.indices.max(by: { distance[$0] < distance[$1] }) {
            picked.append(frames[farthest])
            for (k, key) in keys.enumerated() {
                let toPicked = squaredDistance(key, keys[farthest])
                distance[k] = picked.count == 1 ? toPicked : min(distance[k], toPicked)
            }
        }
        return picked
    }

    private static func squaredDistance(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
}
