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
        let frames = spread(all, count: candidates)
        guard let first = frames.first, frames.count > count else { return frames }
        var mean = [Float](repeating: 0, count: first.code.count)
        for frame in frames {
            for (k, value) in frame.code.enumerated() { mean[k] += value / Float(frames.count) }
        }
        var distance = frames.map { squaredDistance($0.code, mean) }
        var picked: [FrameRequest] = []
        while picked.count < count, let farthest = distance.indices.max(by: { distance[$0] < distance[$1] }) {
            let code = frames[farthest].code
            picked.append(frames[farthest])
            for (k, frame) in frames.enumerated() {
                let toPicked = squaredDistance(frame.code, code)
                distance[k] = picked.count == 1 ? toPicked : min(distance[k], toPicked)
            }
        }
        return picked
    }

    private static func squaredDistance(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
}
