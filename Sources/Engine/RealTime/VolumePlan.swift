/// Which points of the head are baked.
struct VolumePlan: Hashable, Sendable {
    let grid: VolumeGrid
    /// In order of their places.
    let blocks: [BakeBlock]

    /// Points that are evaluated for each snapshot.
    var points: Int { blocks.reduce(0) { $0 + $1.needed.nonzeroBitCount } }

    init(grid: VolumeGrid, blocks: [BakeBlock]) {
        self.grid = grid
        self.blocks = blocks
    }

    /// A volume about all cells in which there is something to see.
    ///
    /// A sample on a plane is interpolated from the four points around it; so each cell needs those on the planes before and
    /// behind it, and, as it was found by rays some pixels apart, one more point all around.
    ///
    /// - Parameters:
    ///   - cells: of `shape`, whose cells are no larger than `spacing`.
    ///   - view: the cameras' mean direction.
    init(cells: [UInt32], shape: OccupancyGrid.Shape, spacing: Float, view: SIMD3<Float>) {
        let depthAxis = (0..<3).max { abs(view[$0]) < abs(view[$1]) } ?? 2
        let axes = [[1, 2, 0], [0, 2, 1], [0, 1, 2]][depthAxis]
        let step = SIMD3(spacing, spacing, 2 * spacing)
        func local(_ v: SIMD3<Float>) -> SIMD3<Float> { SIMD3(v[axes[0]], v[axes[1]], v[axes[2]]) }
        var low = SIMD3<Float>(repeating: .infinity)
        var high = -low
        let centers = cells.map { local(shape.corner(of: Int($0)) + 0.5 * shape.cell) }
        for center in centers {
            low = pointwiseMin(low, center)
            high = pointwiseMax(high, center)
        }
        if cells.isEmpty { (low, high) = (.zero, .zero) }
        let origin = low - 3 * step
        let wanted = SIMD3<Int32>(((high + 3 * step - origin) / step).rounded(.up)) &+ 1
        let size = (wanted &+ VolumeGrid.block &- 1) / VolumeGrid.block &* VolumeGrid.block
        grid = VolumeGrid(axes: axes, origin: origin, spacing: step, size: size)

        let count = size / VolumeGrid.block
        var needed = [UInt64](repeating: 0, count: Int(count.x) * Int(count.y) * Int(count.z))
        for center in centers {
            let cell = SIMD3<Int32>(((center - origin) / step).rounded(.down))
            for z in cell.z...cell.z + 1 {
                for y in cell.y - 1...cell.y + 2 {
                    for x in cell.x - 1...cell.x + 2 {
                        let block = (Int(z / 2) * Int(count.y) + Int(y / 4)) * Int(count.x) + Int(x / 8)
                        needed[block] |= 1 << UInt64(32 * (z % 2) + 8 * (y % 4) + x % 8)
                    }
                }
            }
        }
        var blocks: [BakeBlock] = []
        for (index, bits) in needed.enumerated() where bits != 0 {
            let (x, rest) = (index % Int(count.x), index / Int(count.x))
            let corner = SIMD3(Int32(8 * x), Int32(4 * (rest % Int(count.y))), Int32(2 * (rest / Int(count.y))))
            blocks.append(BakeBlock(corner: corner, needed: bits))
        }
        self.blocks = blocks
    }

    /// The world positions of a block's points, in the order of its values.
    func position(_ point: Int, of block: BakeBlock) -> SIMD3<Float> {
        let p = Int32(point)
        return grid.position(block.corner.x + p % 8, block.corner.y + p / 8 % 4, block.corner.z + p / 32)
    }
}
