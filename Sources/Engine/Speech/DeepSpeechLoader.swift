import CKernels
import Synchronization

/// Checks a graph's nodes against DeepSpeech 0.1.0's and packs their weights.
struct DeepSpeechLoader: Sendable {
    /// Weights a graph may have. The released one has 123 million.
    private static let largest = 1 << 28
    private static let remedy = "name DeepSpeech 0.1.0's output_graph.pb"

    private let graph: FrozenGraph
    private let kernels: speech_kernels
    private let layers: [Layer]

    /// A matrix node, and what goes with it.
    private struct Layer: Sendable {
        let name: String
        let bias: String
        let rows: Int
        let columns: Int
        /// Rows of the LSTM's kernel that take its inputs; the others take its own outputs.
        var inputRows: Int?
    }

    static func kernel(_ direction: String) -> String { "bidirectional_rnn/\(direction)/basic_lstm_cell/kernel" }
    static func bias(_ direction: String) -> String { "bidirectional_rnn/\(direction)/basic_lstm_cell/bias" }

    /// Checks every shape; reads no weights.
    init(graph: FrozenGraph, kernels: speech_kernels) throws(EngineError) {
        self.graph = graph
        self.kernels = kernels
        var layers: [Layer] = []
        var width = ContextRows.width
        for number in 1...3 {
            let columns = try Self.columns(graph, "h\(number)", rows: width)
            layers.append(Layer(name: "h\(number)", bias: "b\(number)", rows: width, columns: columns))
            width = columns
        }
        let gates = try Self.extent(graph, Self.bias("fw"))
        guard gates % 4 == 0 else {
            throw Self.mismatch(graph, Self.bias("fw"), [gates], "a multiple of 4 values: the gates i, j, f, o")
        }
        let cells = gates / 4
        for direction in ["fw", "bw"] {
            let rows = width + cells
            _ = try Self.columns(graph, Self.kernel(direction), rows: rows, columns: gates)
            layers.append(
                Layer(
                    name: Self.kernel(direction), bias: Self.bias(direction), rows: rows, columns: gates,
                    inputRows: width))
        }
        let fifth = try Self.columns(graph, "h5", rows: 2 * cells)
        layers.append(Layer(name: "h5", bias: "b5", rows: 2 * cells, columns: fifth))
        _ = try Self.columns(graph, "h6", rows: fifth, columns: SpeechFeatures.characters)
        layers.append(Layer(name: "h6", bias: "b6", rows: fifth, columns: SpeechFeatures.characters))
        for layer in layers {
            let extent = try Self.extent(graph, layer.bias)
            guard extent == layer.columns else {
                throw Self.mismatch(graph, layer.bias, [extent], "[\(layer.columns)]")
            }
        }
        let total = layers.reduce(0) { $0 + $1.rows * $1.columns }
        guard total <= Self.largest else {
            throw EngineError(
                .unsupported, graph.path, found: "\(total) weights", expected: "at most \(Self.largest)",
                remedy: Self.remedy)
        }
        self.layers = layers
    }

    /// The extent of a node that must be a vector. It is at least 1 and small enough for any arithmetic here.
    private static func extent(_ graph: FrozenGraph, _ name: String) throws(EngineError) -> Int {
        let shape = try graph.shape(of: name)
        guard shape.count == 1, (1...largest).contains(shape[0]) else { throw mismatch(graph, name, shape, "a vector") }
        return shape[0]
    }

    /// The columns of a node that must be a matrix of so many rows.
    private static func columns(
        _ graph: FrozenGraph, _ name: String, rows: Int, columns: Int? = nil
    ) throws(EngineError) -> Int {
        let shape = try graph.shape(of: name)
        let wanted = "[\(rows), \(columns.map(String.init) ?? "n")]"
        guard shape.count == 2, shape[0] == rows, shape[1] > 0, columns == nil || shape[1] == columns else {
            throw mismatch(graph, name, shape, wanted)
        }
        guard shape[1] <= largest / rows else {
            throw EngineError(
                .unsupported, graph.path, found: "the node \"\(name)\" has the shape \(Extents.text(shape))",
                expected: "at most \(largest) weights", remedy: remedy)
        }
        return shape[1]
    }

    private static func mismatch(_ graph: FrozenGraph, _ name: String, _ shape: [Int], _ expected: String)
        -> EngineError
    {
        EngineError(
            .inconsistent, graph.path, found: "the node \"\(name)\" has the shape \(Extents.text(shape))",
            expected: expected,
            remedy: remedy)
    }

    /// The bias that belongs to a node.
    func bias(_ name: String) throws(EngineError) -> [Float] {
        let values = try graph.tensor(named: name).values
        guard values.allSatisfy(\.isFinite) else { throw notFinite(name) }
        return values
    }

    private func notFinite(_ name: String) -> EngineError {
        EngineError(
            .malformed, graph.path, found: "the node \"\(name)\" holds values that are not finite",
            expected: "finite weights",
            remedy: "the file is damaged: copy or download it again")
    }

    /// Every matrix by its node's name, an LSTM's kernel as its inputs' part and its recurrent part.
    func matrices(threads: Int) throws(EngineError) -> [String: [PackedMatrix]] {
        let largestFirst = layers.sorted { $0.rows * $0.columns > $1.rows * $1.columns }
        let packed = Mutex<[String: [PackedMatrix]]>([:])
        try Parallel.forEach(largestFirst.count, threads: threads) { (index) throws(EngineError) in
            let layer = largestFirst[index]
            let matrices = try pack(layer)
            packed.withLock { $0[layer.name] = matrices }
        }
        return packed.withLock { $0 }
    }

    private func pack(_ layer: Layer) throws(EngineError) -> [PackedMatrix] {
        let split = layer.inputRows ?? layer.rows
        var parts = [PackedMatrixBuilder(depth: split, columns: layer.columns, kernels: kernels)]
        if split < layer.rows {
            parts.append(PackedMatrixBuilder(depth: layer.rows - split, columns: layer.columns, kernels: kernels))
        }
        try graph.readRows(of: layer.name) { (rows, values) throws(EngineError) in
            for row in rows {
                let value = values.baseAddress! + (row - rows.lowerBound) * layer.columns
                guard parts[row < split ? 0 : 1].append(value) else { throw notFinite(layer.name) }
            }
        }
        return parts.map { $0.finish() }
    }
}
