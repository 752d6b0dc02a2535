import Synchronization

/// Where the LSTM's two directions meet: whoever comes to a chunk first leaves its outputs, and the other takes them.
final class ChunkExchange: Sendable {
    private struct Slot: Sendable {
        var front: FloatRows?
        var outputs: [Int16]?
    }

    /// Chunks whose front layers' outputs are kept for the second visitor: a minute's. Beyond that they are computed
    /// twice, a tenth of the network's work.
    private static let keptFronts = 25

    private let slots: Mutex<[Slot]>
    private let keepsFronts: Bool

    init(chunks: Int) {
        slots = Mutex([Slot](repeating: Slot(), count: chunks))
        keepsFronts = chunks <= Self.keptFronts
    }

    /// The front layers' outputs, if the other direction has left them.
    func takeFront(of chunk: Int) -> FloatRows? {
        slots.withLock { slots in
            defer { slots[chunk].front = nil }
            return slots[chunk].front
        }
    }

    /// Leaves one direction's outputs and the front layers' for the other, or returns what the other has left.
    func exchange(_ outputs: [Int16], front: FloatRows, at chunk: Int) -> [Int16]? {
        slots.withLock { slots in
            if let others = slots[chunk].outputs {
                slots[chunk] = Slot()
                return others
            }
            slots[chunk] = Slot(front: keepsFronts ? front : nil, outputs: outputs)
            return nil
        }
    }
}
