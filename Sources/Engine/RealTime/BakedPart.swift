import CKernels

/// A part of the baked head: blocks of the volume that have coefficients of their own.
///
/// `@unchecked Sendable`: what it points to is mapped read-only, and lives as long as the file's owner.
struct BakedPart: @unchecked Sendable {
    let basis: MappedBasis
    /// `[blocks]`: each block's first point.
    let corners: UnsafePointer<(Int16, Int16, Int16)>
    let solver: ProbeSolver

    /// - Throws: `.malformed` for blocks that do not lie in the volume.
    init(_ reader: BakeReader, part: Int) throws(EngineError) {
        let places: [UInt32] = try reader.values(.headPlaces, part: part)
        basis = try MappedBasis(
            reader, part: part, mean: .headMean, first: .headFirst, rows: .headRows, map: .headMap, places: .headPlaces,
            global: reader.header.headGlobal[part])
        let grid = reader.header.grid
        let room = grid.values - 4 * (Int(grid.size.x) * (Int(grid.size.y) + 3) + 8)
        guard places.allSatisfy({ Int($0) <= room && $0 % 32 == 0 }) else {
            throw reader.malformed("blocks beyond the volume")
        }
        let corners = try reader.pointer(.headCorners, part: part, Int16.self, count: 3 * places.count)
        self.corners = UnsafeRawPointer(corners).assumingMemoryBound(to: (Int16, Int16, Int16).self)
        for k in 0..<places.count {
            let corner = SIMD3(Int32(corners[3 * k]), Int32(corners[3 * k + 1]), Int32(corners[3 * k + 2]))
            guard corner.min() >= 0, corner.x + 8 <= grid.size.x, corner.y + 4 <= grid.size.y,
                corner.z + 2 <= grid.size.z,
                grid.place(ofBlock: corner) == places[k]
            else { throw reader.malformed("a block out of place") }
        }
        solver = try ProbeSolver(reader, part: part)
    }
}
