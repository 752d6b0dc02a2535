/// Guesses nodes of a plane from every other node of every other row of a coarser lattice, where a guess is good enough.
struct NodeInterpolation {
    let lattice: MarchLattice
    /// Columns and rows between nodes of this level; those of the level before, twice as far apart, are known already.
    let stride: Int
    /// 1 where a node is needed.
    let known: UnsafePointer<UInt8>
    /// `[nodes, 4]` raw outputs.
    let values: UnsafeMutablePointer<Float>
    /// Of the light on its way through each node.
    let transmittance: UnsafePointer<Float>
    /// The largest error in a colour as it is seen.
    let tolerance: Float

    /// Fills a node in by interpolation. Returns false, and leaves the node alone, if it has to be evaluated.
    @inline(__always)
    func fill(_ node: Int) -> Bool {
        let (column, row) = (node % lattice.columns, node / lattice.columns)
        // A node between two is guessed along its row or column, one between four along both diagonals.
        switch (column / stride & 1, row / stride & 1) {
        case (0, 0): return false
        case (1, 0): return store(node, guess(column, row, stride, 0), nil)
        case (0, 1): return store(node, guess(column, row, 0, stride), nil)
        default: return store(node, guess(column, row, stride, stride), guess(column, row, stride, -stride))
        }
    }

    private enum Guess {
        case value(SIMD4<Float>)
        /// Nothing is known along this line.
        case unknown
        /// The guess may be wrong by more than is tolerated.
        case poor
    }

    @inline(__always)
    private func store(_ node: Int, _ first: Guess, _ second: Guess?) -> Bool {
        let sum: SIMD4<Float>
        switch (first, second) {
        case (.value(let a), .value(let b)): sum = 0.5 * (a + b)
        case (.value(let a), .unknown), (.value(let a), nil), (.unknown, .value(let a)): sum = a
        default: return false
        }
        for channel in 0..<4 { values[4 * node + channel] = sum[channel] }
        return true
    }

    /// A guess from the nodes one and three strides to either side.
    @inline(__always)
    private func guess(_ column: Int, _ row: Int, _ dx: Int, _ dy: Int) -> Guess {
        let near = known(column - dx, row - dy)
        let far = known(column + dx, row + dy)
        guard let near, let far else {
            // At the border of what is needed, one empty neighbour is enough.
            guard let only = near ?? far else { return .unknown }
            let value = value(only)
            return value.w <= 0 ? .value(value) : .poor
        }
        let linear = (value(near) + value(far)) * 0.5
        let through = max(transmittance[near], transmittance[far])
        guard let nearer = known(column - 3 * dx, row - 3 * dy), let farther = known(column + 3 * dx, row + 3 * dy)
        else {
            return opacity(linear.w) * through <= tolerance ? .value(linear) : .poor
        }
        // What the two nodes farther out change of the guess tells how much may be missing from it.
        let cubic = linear * 1.125 - (value(nearer) + value(farther)) * 0.0625
        let change = cubic - linear
        // No slope of the sigmoid is steeper than a quarter.
        let color = 0.25 * max(abs(change.x), abs(change.y), abs(change.z)) * opacity(max(cubic.w, linear.w))
        let density = abs(opacity(cubic.w) - opacity(linear.w))
        return max(color, density) * through <= tolerance ? .value(cubic) : .poor
    }

    @inline(__always)
    private func known(_ column: Int, _ row: Int) -> Int? {
        guard column >= 0, row >= 0, column < lattice.columns, row < lattice.rows else { return nil }
        let node = row * lattice.columns + column
        return known[node] != 0 ? node : nil
    }

    @inline(__always)
    private func value(_ node: Int) -> SIMD4<Float> {
        UnsafeRawPointer(values + 4 * node).loadUnaligned(as: SIMD4<Float>.self)
    }

    /// Share of the light that a plane's thickness of a raw density takes away: `1 - exp(-x)` roughly, and cheaply.
    @inline(__always)
    private func opacity(_ density: Float) -> Float {
        let x = max(density, 0) * lattice.planeStep
        return x / (1 + x)
    }
}
