/// The pixels about a silhouette's outline.
enum OutlineBand {
    /// - Parameters:
    ///   - alpha: `[height, width]`, in [0, 1]; inside is what is over a half.
    ///   - distance: in pixels, along rows and columns.
    /// - Returns: `[height, width]`: whether a pixel has inside and outside within the distance.
    static func pixels(alpha: [Float], width: Int, within distance: Int) -> [Bool] {
        let height = alpha.count / width
        let inside = alpha.map { $0 > 0.5 }
        // Squares are separable: spread along the rows, then along the columns.
        func spread(_ flags: [Bool]) -> [Bool] {
            var across = flags
            for i in flags.indices where flags[i] {
                let (x, row) = (i % width, i / width * width)
                for column in max(0, x - distance)...min(width - 1, x + distance) { across[row + column] = true }
            }
            var both = across
            for i in across.indices where across[i] {
                let (x, y) = (i % width, i / width)
                for row in max(0, y - distance)...min(height - 1, y + distance) { both[row * width + x] = true }
            }
            return both
        }
        return zip(spread(inside), spread(inside.map { !$0 })).map { $0 && $1 }
    }
}
