import CKernels

/// One direction of TensorFlow's `BasicLSTMCell`: gates i, j, f, o, with 1 added to f.
///
/// The kernel `[inputs + cells, 4 cells]` is split: its upper rows are applied to all steps of a chunk at once, its
/// lower rows to the cells' last outputs, step by step.
struct LSTM: Sendable {
    let inputs: DenseLayer
    let recurrence: PackedMatrix
    let cells: Int
    let kernels: speech_kernels

    /// What passes from one step to the next.
    struct State: Sendable {
        /// `c`, one value a cell.
        var cells: [Float]
        /// `h`, the last outputs.
        var outputs: [Float]

        init(cells: Int) {
            self.cells = [Float](repeating: 0, count: cells)
            outputs = [Float](repeating: 0, count: cells)
        }
    }

    init(inputs: DenseLayer, recurrence: PackedMatrix, kernels: speech_kernels = SpeechKernels.best) {
        self.inputs = inputs
        self.recurrence = recurrence
        self.kernels = kernels
        cells = recurrence.depth
    }

    /// Runs `count` steps.
    /// - Parameter gates: `[count, 4 cells]`, the inputs' part of the gates, which this overwrites.
    /// - Parameter isReversed: goes from the last step to the first.
    /// - Parameter outputs: receives `[count, cells]`, step by step as they lie in time.
    /// - Throws: `EngineError` `.canceled`.
    func run(
        gates: FloatRows, count: Int, isReversed: Bool, state: inout State, outputs: FloatRows, isCanceled: () -> Bool
    ) throws(EngineError) {
        precondition(count <= min(gates.capacity, outputs.capacity))
        precondition(gates.stride >= recurrence.columns && outputs.stride >= cells)
        var matrix = recurrence.view
        for index in 0..<count {
            if isCanceled() { throw .speechCanceled }
            let step = isReversed ? count - 1 - index : index
            kernels.accumulate(&matrix, state.outputs, gates[step])
            kernels.cell(gates[step], cells, &state.cells, outputs[step])
            state.outputs.withUnsafeMutableBufferPointer {
                $0.baseAddress!.update(from: outputs[step], count: cells)
            }
        }
    }
}
