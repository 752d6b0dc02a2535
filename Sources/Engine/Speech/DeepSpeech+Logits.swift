import Synchronization

extension DeepSpeech {
    /// Steps that are held at once, in 16-bit outputs of the LSTM: 20 minutes.
    static let segmentSteps = 500 * LogitsPass.chunk

    /// The network's outputs, one row every 20 ms.
    ///
    /// The two directions run on a thread each, from either end, and meet in the middle. Both pass through a chunk of
    /// 2.4 s at a time; what the first visitor leaves for the second is kept in 16 bits, 4 KB a step at width 2048,
    /// for half the steps of each direction: at most 250 MB for 20 minutes.
    ///
    /// Longer utterances are cut into segments of 20 minutes. The backward direction then walks the segments once in
    /// advance to find the state that each begins with, half as much work again. So an hour of speech needs, at width
    /// 2048, 250 MB for the weights, at most 250 MB for a segment, 20 MB of scratch, 37 MB for its cepstra and 21 MB
    /// for its logits.
    ///
    /// - Parameter threads: 1 or 2; more are not used.
    /// - Returns: `[rows.count, 29]`, before softmax. The result does not depend on the threads.
    /// - Throws: `EngineError` `.canceled`, or `.invalidValue` if the weights' magnitude makes the outputs overflow.
    func logits(
        for rows: ContextRows, threads: Int = 2, segmentSteps: Int = segmentSteps,
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws(EngineError) -> [Float] {
        let logits = Mutex([Float](repeating: 0, count: rows.count * SpeechFeatures.characters))
        let segments = stride(from: 0, to: rows.count, by: segmentSteps).map { $0..<min($0 + segmentSteps, rows.count) }
        let passes = [LogitsPass.Direction.forward, .backward].map {
            LogitsPass(model: self, rows: rows, direction: $0, isCanceled: isCanceled)
        }

        // The state in which the backward direction enters each segment.
        var entering = [LSTM.State](repeating: LSTM.State(cells: backward.cells), count: segments.count)
        for index in segments.indices.dropFirst().reversed() {
            entering[index - 1] = entering[index]
            try passes[1].run(segments[index], state: &entering[index - 1], exchange: nil, logits: logits)
        }

        var forwardState = LSTM.State(cells: forward.cells)
        for (index, segment) in segments.enumerated() {
            let exchange = ChunkExchange(chunks: (segment.count + LogitsPass.chunk - 1) / LogitsPass.chunk)
            let states = Mutex([forwardState, entering[index]])
            try Parallel.forEach(passes.count, threads: threads) { (direction) throws(EngineError) in
                var state = states.withLock { $0[direction] }
                try passes[direction].run(segment, state: &state, exchange: exchange, logits: logits)
                states.withLock { $0[direction] = state }
            }
            forwardState = states.withLock { $0[0] }
        }

        let values = logits.withLock { $0 }
        guard values.allSatisfy(\.isFinite) else {
            throw EngineError(
                .invalidValue, path, found: "the network's outputs overflow", expected: "finite logits",
                remedy: "name DeepSpeech 0.1.0's output_graph.pb")
        }
        return values
    }
}
