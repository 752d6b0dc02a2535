import CKernels

/// Blocks of values as sums of few rows, each times a coefficient that follows from the frame's.
struct BlockBasis: Sendable {
    /// Coefficients of a frame.
    var global: Int
    /// `[blocks, 256]`.
    var mean: [Int16]
    /// `[blocks + 1]`: a block's first row.
    var first: [UInt32]
    /// `[rows, 256]`.
    var rows: [Int8]
    /// `[rows, global]`, in half precision: its error is far below that of the rows' eight bits.
    var map: [Float16]

    /// Rows a block, on average.
    var meanRank: Double { Double(rows.count / BakeBlock.values) / Double(max(first.count - 1, 1)) }
}
