import CKernels

/// A piece of the volume, 8 x 4 x 2 points, with those of its points that anybody can see.
struct BakeBlock: Hashable, Sendable {
    /// The first point's place.
    let corner: SIMD3<Int32>
    /// Bit `32 z + 8 y + x` for each point that is needed.
    let needed: UInt64

    static let points = 64
    /// Values of a block.
    static let values = Int(ADN_BLOCK_VALUES)
}
