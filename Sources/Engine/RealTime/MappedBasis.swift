import CKernels

/// A basis in a mapped file.
///
/// `@unchecked Sendable`: nobody writes to what it points to, which lives as long as the file's owner.
struct MappedBasis: @unchecked Sendable {
    let count: Int
    let global: Int
    private let mean: UnsafePointer<Int16>
    private let first: UnsafePointer<UInt32>
    private let rows: UnsafePointer<Int8>
    private let map: UnsafePointer<UInt16>
    private let places: UnsafePointer<UInt32>

    init(
        _ reader: BakeReader, part: Int = 0, mean: BakeSection, first: BakeSection, rows: BakeSection,
        map: BakeSection, places: BakeSection, global: Int
    ) throws(EngineError) {
        let firsts: [UInt32] = try reader.values(first, part: part)
        count = firsts.count - 1
        self.global = global
        guard count >= 0, (0...4_096).contains(global), firsts[0] == 0,
            zip(firsts, firsts.dropFirst()).allSatisfy({ $0 <= $1 })
        else { throw reader.malformed("rows of the basis out of order") }
        let total = Int(firsts[count])
        self.mean = try reader.pointer(mean, part: part, Int16.self, count: count * BakeBlock.values)
        self.first = try reader.pointer(first, part: part, UInt32.self, count: count + 1)
        self.rows = try reader.pointer(rows, part: part, Int8.self, count: total * BakeBlock.values)
        self.map = try reader.pointer(map, part: part, UInt16.self, count: total * global)
        self.places = try reader.pointer(places, part: part, UInt32.self, count: count)
    }

    /// - Parameters:
    ///   - rowStride: values between the places of a block's rows.
    ///   - planeStride: and of its two planes.
    ///   - lift: added to the fourth values.
    func blocks(rowStride: Int, planeStride: Int, lift: Int32 = 0) -> adn_blocks {
        adn_blocks(
            mean: mean, rows: rows, first: first, map: map, place: places, global: Int32(global), row_stride: rowStride,
            plane_stride: planeStride, lift: lift, settled: false)
    }
}
