/// How much each pixel of a picture varies.
struct VariationMap {
    let width: Int
    let height: Int
    /// `[height, width]`, 0 or more; 0 where nothing was looked at.
    let values: [Float]

    /// The middle of a region's extent, and its pixels as flat indices.
    struct Region: Equatable {
        var center: SIMD2<Float>
        var pixels: [Int]
    }

    /// Each value replaced by the mean of the 3 x 3 about it: what varies alone is noise.
    func smoothed() -> VariationMap {
        let means = values.indices.map { index in
            var sum: Float = 0
            forEachNeighbor(of: index) { sum += values[$0] }
            return (sum + values[index]) / 9
        }
        return VariationMap(width: width, height: height, values: means)
    }

    /// Of the pixels that vary most, those that hang together and vary most together; nil where nothing varies.
    ///
    /// - Parameter share: of all pixels that vary at all, in (0, 1].
    func strongestRegion(share: Double) -> Region? {
        let varying = values.filter { $0 > 0 }.sorted(by: >)
        guard !varying.isEmpty else { return nil }
        let threshold = varying[min(varying.count - 1, Int(share * Double(varying.count)))]
        var isOpen = values.map { $0 >= threshold && $0 > 0 }
        var best: (pixels: [Int], weight: Float) = ([], 0)
        for start in values.indices where isOpen[start] {
            let pixels = takeRegion(from: start, &isOpen)
            let weight = pixels.reduce(0) { $0 + values[$1] }
            if weight > best.weight { best = (pixels, weight) }
        }
        // Not the centre of gravity: a bright lower lip outweighs all else, and a crop is to hold the whole of what moves.
        let (columns, rows) = (best.pixels.map { $0 % width }, best.pixels.map { $0 / width })
        let center = SIMD2(Self.middle(columns), Self.middle(rows))
        return Region(center: center, pixels: best.pixels)
    }

    private static func middle(_ values: [Int]) -> Float {
        Float((values.min() ?? 0) + (values.max() ?? 0)) / 2
    }

    private func takeRegion(from start: Int, _ isOpen: inout [Bool]) -> [Int] {
        isOpen[start] = false
        var region = [start]
        var next = 0
        while next < region.count {
            forEachNeighbor(of: region[next]) { neighbor in
                guard isOpen[neighbor] else { return }
                isOpen[neighbor] = false
                region.append(neighbor)
            }
            next += 1
        }
        return region
    }

    private func forEachNeighbor(of index: Int, _ body: (Int) -> Void) {
        let (x, y) = (index % width, index / width)
        for row in max(y - 1, 0)...min(y + 1, height - 1) {
            for column in max(x - 1, 0)...min(x + 1, width - 1) where row != y || column != x {
                body(row * width + column)
            }
        }
    }
}
