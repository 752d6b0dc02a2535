import CKernels

/// Mozilla DeepSpeech 0.1.0's acoustic network, read from its frozen graph: three clipped layers, a bidirectional
/// LSTM, a clipped layer, and 29 logits a step of 20 ms.
///
/// Any width is accepted. At the released width of 2048 the weights take 250 MB, half of the file (see `PackedMatrix`).
///
/// The LSTM's two directions need the whole utterance, but not at once: see `logits(for:threads:isCanceled:)`.
public struct DeepSpeech: Sendable {
    /// The graph's path, as the user named it.
    public let path: String
    /// `[494, n1]`, `[n1, n2]`, `[n2, n3]`.
    let front: [DenseLayer]
    let forward: LSTM
    let backward: LSTM
    /// `[2 cells, n5]`.
    let fifth: DenseLayer
    /// `[n5, 29]`.
    let sixth: DenseLayer

    /// Reads a frozen graph.
    /// - Parameter threads: used for packing the weights.
    /// - Throws: `EngineError` as `FrozenGraph`, or `.inconsistent` for a node that is missing or of the wrong shape,
    ///   `.malformed` for weights that are not finite, `.unsupported` for more than twice the released graph's weights.
    public init(path: String, threads: Int = 2) throws(EngineError) {
        try self.init(graph: FrozenGraph(path: path), threads: threads)
    }

    init(
        graph: FrozenGraph, threads: Int = 2, kernels: speech_kernels = SpeechKernels.best
    ) throws(EngineError) {
        let loader = try DeepSpeechLoader(graph: graph, kernels: kernels)
        let matrices = try loader.matrices(threads: threads)
        func layer(_ name: String, _ bias: String, _ limits: ClosedRange<Float>) throws(EngineError) -> DenseLayer {
            DenseLayer(weights: matrices[name]![0], bias: try loader.bias(bias), limits: limits, kernels: kernels)
        }
        func lstm(_ direction: String) throws(EngineError) -> LSTM {
            let kernel = DeepSpeechLoader.kernel(direction)
            return LSTM(
                inputs: try layer(kernel, DeepSpeechLoader.bias(direction), DenseLayer.linear),
                recurrence: matrices[kernel]![1], kernels: kernels)
        }
        path = graph.path
        front = [
            try layer("h1", "b1", DenseLayer.clipped), try layer("h2", "b2", DenseLayer.clipped),
            try layer("h3", "b3", DenseLayer.clipped),
        ]
        forward = try lstm("fw")
        backward = try lstm("bw")
        fifth = try layer("h5", "b5", DenseLayer.clipped)
        sixth = try layer("h6", "b6", DenseLayer.linear)
    }
}
