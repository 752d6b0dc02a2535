import Synchronization

/// One direction's walk over a segment of the utterance, with its own scratch.
///
/// `@unchecked Sendable`: `Parallel` gives a pass to one thread at a time.
final class LogitsPass: @unchecked Sendable {
    /// Steps that go through a layer at once: 2.4 s of speech, twenty tiles of six rows.
    static let chunk = 120

    enum Direction: Int, Sendable {
        case forward, backward
    }

    private let model: DeepSpeech
    private let rows: ContextRows
    private let direction: Direction
    private let lstm: LSTM
    private let isCanceled: @Sendable () -> Bool
    // [chunk, 494], [chunk, n1], [chunk, n2], [chunk, 4 cells], [chunk, cells], [chunk, 2 cells], [chunk, n5],
    // [chunk, 32]
    private let inputs: FloatRows
    private let first: FloatRows
    private let second: FloatRows
    private let gates: FloatRows
    private let outputs: FloatRows
    private let both: FloatRows
    private let fifth: FloatRows
    private let sixth: FloatRows

    init(model: DeepSpeech, rows: ContextRows, direction: Direction, isCanceled: @escaping @Sendable () -> Bool) {
        self.model = model
        self.rows = rows
        self.direction = direction
        self.isCanceled = isCanceled
        lstm = direction == .forward ? model.forward : model.backward
        func scratch(_ columns: Int) -> FloatRows {
            FloatRows(capacity: Self.chunk, stride: FloatRows.stride(for: columns))
        }
        inputs = scratch(ContextRows.width)
        first = scratch(model.front[0].weights.columns)
        second = scratch(model.front[1].weights.columns)
        gates = scratch(lstm.inputs.weights.columns)
        outputs = scratch(lstm.cells)
        both = scratch(2 * lstm.cells)
        fifth = scratch(model.fifth.weights.columns)
        sixth = scratch(model.sixth.weights.columns)
    }

    /// Walks a segment from the state that precedes it to the one that follows it.
    /// - Parameter exchange: the meeting place with the other direction; without one only the state is wanted.
    /// - Parameter logits: `[rows.count, 29]`, of which the chunks that this direction is the second to visit are
    /// written.
    func run(
        _ segment: Range<Int>, state: inout LSTM.State, exchange: ChunkExchange?, logits: borrowing Mutex<[Float]>
    ) throws(EngineError) {
        let starts = Array(stride(from: segment.lowerBound, to: segment.upperBound, by: Self.chunk))
        for visit in starts.indices {
            let chunk = direction == .forward ? visit : starts.count - 1 - visit
            let steps = starts[chunk]..<min(starts[chunk] + Self.chunk, segment.upperBound)
            let front: FloatRows
            if let kept = exchange?.takeFront(of: chunk) { front = kept } else { front = try frontLayers(steps) }
            try checkCancellation()
            lstm.inputs.apply(to: front, count: steps.count, into: gates)
            try lstm.run(
                gates: gates, count: steps.count, isReversed: direction == .backward, state: &state, outputs: outputs,
                isCanceled: isCanceled)
            guard let exchange else { continue }
            let own = fractions(count: steps.count)
            guard let other = exchange.exchange(own, front: front, at: chunk) else { continue }
            if direction == .forward {
                lastLayers(forward: own, backward: other, count: steps.count)
            } else {
                lastLayers(forward: other, backward: own, count: steps.count)
            }
            let characters = SpeechFeatures.characters
            logits.withLock { logits in
                for (index, step) in steps.enumerated() {
                    for character in 0..<characters { logits[step * characters + character] = sixth[index][character] }
                }
            }
        }
    }

    private func checkCancellation() throws(EngineError) {
        if isCanceled() { throw .speechCanceled }
    }

    private func frontLayers(_ steps: Range<Int>) throws(EngineError) -> FloatRows {
        try checkCancellation()
        let columns = model.front[2].weights.columns
        let third = FloatRows(capacity: Self.chunk, stride: FloatRows.stride(for: columns))
        rows.copy(steps, to: inputs)
        model.front[0].apply(to: inputs, count: steps.count, into: first)
        model.front[1].apply(to: first, count: steps.count, into: second)
        model.front[2].apply(to: second, count: steps.count, into: third)
        return third
    }

    private func lastLayers(forward: [Int16], backward: [Int16], count: Int) {
        let cells = lstm.cells
        for step in 0..<count {
            let row = both[step]
            for cell in 0..<cells {
                row[cell] = Float(forward[step * cells + cell]) / Self.one
                row[cells + cell] = Float(backward[step * cells + cell]) / Self.one
            }
        }
        model.fifth.apply(to: both, count: count, into: fifth)
        model.sixth.apply(to: fifth, count: count, into: sixth)
    }

    /// The integer that stands for 1.
    private static let one: Float = 32767

    /// This direction's outputs, which lie in [-1, 1], in 16 bits: `[count, cells]`.
    private func fractions(count: Int) -> [Int16] {
        let cells = lstm.cells
        return [Int16](unsafeUninitializedCapacity: count * cells) { fractions, initialized in
            for step in 0..<count {
                let row = outputs[step]
                for cell in 0..<cells {
                    // A NaN, which weights near the largest float can lead to, becomes the smallest number.
                    let bounded = Float.minimum(Float.maximum(row[cell], -1), 1)
                    fractions[step * cells + cell] = Int16((bounded * Self.one).rounded())
                }
            }
            initialized = count * cells
        }
    }
}
