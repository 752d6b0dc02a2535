import CKernels

/// `y = x * weights + bias`, the outputs limited to `limits`.
struct DenseLayer: Sendable {
    /// DeepSpeech's clipped rectifier.
    static let clipped: ClosedRange<Float> = 0...20
    static let linear: ClosedRange<Float> = -Float.infinity...Float.infinity

    let weights: PackedMatrix
    /// One value for each of `weights.columns`.
    let bias: [Float]
    let limits: ClosedRange<Float>
    let kernels: speech_kernels

    /// - Parameter bias: may be shorter than the matrix is wide.
    init(weights: PackedMatrix, bias: [Float], limits: ClosedRange<Float>, kernels: speech_kernels = SpeechKernels.best)
    {
        self.weights = weights
        self.bias = bias + [Float](repeating: 0, count: weights.columns - bias.count)
        self.limits = limits
        self.kernels = kernels
    }

    /// Rows of outputs for `count` rows of inputs.
    func apply(to input: FloatRows, count: Int, into output: FloatRows) {
        precondition(count <= min(input.capacity, output.capacity))
        precondition(input.stride >= weights.depth && output.stride >= weights.columns)
        var matrix = weights.view
        kernels.multiply(
            &matrix, bias, input.base, input.stride, count, output.base, output.stride, limits.lowerBound,
            limits.upperBound)
    }
}
