/// Which cells of space may hold density, whatever is said and however the head is held.
///
/// Cells outside the box were never looked into and count as occupied: a shortcut may skip only what is known to be empty.
struct OccupancyGrid: Sendable, Equatable {
    /// A grid's geometry without its cells.
    struct Shape: Sendable, Equatable, Codable {
        /// The box's lowest corner, scene units.
        let origin: SIMD3<Float>
        /// A cell's edge, scene units.
        let cell: Float
        /// Cells along x, y and z.
        let size: SIMD3<Int32>

        var count: Int { Int(size.x) * Int(size.y) * Int(size.z) }

        /// The count of a shape that comes from a file: nil if it makes no sense.
        var checkedCount: Int? {
            guard size.x >= 0, size.y >= 0, size.z >= 0, cell > 0, cell.isFinite else { return nil }
            let (plane, overflow) = Int(size.x).multipliedReportingOverflow(by: Int(size.y))
            let (count, overflowToo) = plane.multipliedReportingOverflow(by: Int(size.z))
            return overflow || overflowToo ? nil : count
        }

        @inline(__always)
        func index(_ x: Int32, _ y: Int32, _ z: Int32) -> Int { (Int(z) * Int(size.y) + Int(y)) * Int(size.x) + Int(x) }

        /// The centre of a cell.
        func center(_ x: Int32, _ y: Int32, _ z: Int32) -> SIMD3<Float> {
            origin + (SIMD3(Float(x), Float(y), Float(z)) + 0.5) * cell
        }

        /// The lowest corner of the cell with a flat index.
        func corner(of index: Int) -> SIMD3<Float> {
            let plane = Int(size.x) * Int(size.y)
            return origin + SIMD3(Float(index % Int(size.x)), Float(index % plane / Int(size.x)), Float(index / plane))
                * cell
        }
    }

    let shape: Shape
    /// One byte a cell, x fastest: 1 where there may be density.
    var occupied: [UInt8]

    init(shape: Shape, occupied: [UInt8]) {
        precondition(occupied.count == shape.count, "one byte a cell")
        self.shape = shape
        self.occupied = occupied
    }

    /// Nothing known: everything counts as occupied.
    static let unknown = OccupancyGrid(shape: Shape(origin: .zero, cell: 1, size: .zero), occupied: [])

    /// Share of the box's cells that are occupied.
    var share: Double {
        occupied.isEmpty ? 1 : Double(occupied.reduce(0) { $0 + Int($1) }) / Double(occupied.count)
    }

    /// The grid with every occupied cell's 26 neighbours occupied too.
    func dilated() -> OccupancyGrid {
        var result = self
        let strides = [1, Int(shape.size.x), Int(shape.size.x) * Int(shape.size.y)]
        for axis in 0..<3 {
            let before = result.occupied
            let extent = Int(shape.size[axis])
            for i in before.indices where before[i] == 1 {
                let position = i / strides[axis] % extent
                if position > 0 { result.occupied[i - strides[axis]] = 1 }
                if position + 1 < extent { result.occupied[i + strides[axis]] = 1 }
            }
        }
        return result
    }

    /// Writes for `count` points in a row, `start + i * step`, whether their cells are occupied.
    func look(from start: SIMD3<Float>, step: SIMD3<Float>, count: Int, into out: UnsafeMutablePointer<UInt8>) {
        let size = shape.size
        let inverse = 1 / shape.cell
        let begin = (start - shape.origin) * inverse
        let delta = step * inverse
        let limit = SIMD3<Float>(Float(size.x), Float(size.y), Float(size.z))
        let columns = Int(size.x)
        let plane = columns * Int(size.y)
        occupied.withUnsafeBufferPointer { cells in
            for i in 0..<count {
                let p = begin + delta * Float(i)
                guard p.x >= 0, p.y >= 0, p.z >= 0, p.x < limit.x, p.y < limit.y, p.z < limit.z else {
                    out[i] = 1
                    continue
                }
                out[i] = cells[Int(p.z) * plane + Int(p.y) * columns + Int(p.x)]
            }
        }
    }
}
