import CKernels
import Foundation

/// A weight matrix in 16 bits: integers of which 128 consecutive ones of a column share a scale.
///
/// This keeps a normal distribution's weights to 3e-5 of their size, where fp16 keeps them to 2e-4 and bf16 to 2e-3: at
/// width 2048 the network's outputs then differ from single precision's by 2e-4, 2e-3 and 1e-2.
///
/// `@unchecked Sendable`: written by `PackedMatrixBuilder` alone, before anyone else sees it.
final class PackedMatrix: @unchecked Sendable {
    /// Rows: the inputs.
    let depth: Int
    /// Columns, the outputs, up to a multiple of 16; those that were added have no weights.
    let columns: Int
    /// `[columns / 16, depth, 16]`.
    let panels: UnsafeMutablePointer<Int16>
    private let weights: LargeMemory
    /// `[ceil(depth / 128), columns]`.
    let scales: UnsafeMutablePointer<Float>

    fileprivate init(depth: Int, columns: Int) {
        let panel = SPEECH_PANEL
        self.depth = depth
        self.columns = (columns + panel - 1) / panel * panel
        let blocks = (depth + SPEECH_BLOCK - 1) / SPEECH_BLOCK
        // A matrix is read from end to end in every step: with pages of 4 KB that takes half as long again.
        weights = LargeMemory(byteCount: depth * self.columns * 2)
        panels = weights.base.bindMemory(to: Int16.self, capacity: depth * self.columns)
        scales = .allocate(capacity: blocks * self.columns)
        scales.initialize(repeating: 0, count: blocks * self.columns)
        // The last panel alone may have columns that are never written.
        (panels + depth * (self.columns - panel)).initialize(repeating: 0, count: depth * panel)
    }

    deinit {
        scales.deallocate()
    }

    /// What the kernels take; valid while this object lives.
    var view: speech_matrix {
        speech_matrix(depth: depth, columns: columns, panels: panels, scales: scales)
    }
}

/// Packs a matrix from its rows, one after the other, with 128 of them in memory.
struct PackedMatrixBuilder {
    private let matrix: PackedMatrix
    /// Columns that a row brings.
    private let width: Int
    private let kernels: speech_kernels
    private let staging: FloatRows
    private var staged = 0
    private var packed = 0

    init(depth: Int, columns: Int, kernels: speech_kernels = SpeechKernels.best) {
        matrix = PackedMatrix(depth: depth, columns: columns)
        width = columns
        self.kernels = kernels
        staging = FloatRows(capacity: SPEECH_BLOCK, stride: columns)
    }

    /// - Parameter row: one value a column.
    /// - Returns: false if a weight of this row, or of those before it, turned out not to be finite.
    mutating func append(_ row: UnsafePointer<Float>) -> Bool {
        precondition(packed + staged < matrix.depth)
        staging[staged].update(from: row, count: width)
        staged += 1
        guard staged == staging.capacity || packed + staged == matrix.depth else { return true }
        let scales = matrix.scales + packed / staging.capacity * matrix.columns
        defer {
            packed += staged
            staged = 0
        }
        return kernels.pack(staging.base, staged, width, packed, matrix.depth, matrix.panels, scales)
    }

    /// The matrix, once all its rows are there.
    func finish() -> PackedMatrix {
        precondition(packed == matrix.depth)
        return matrix
    }
}
