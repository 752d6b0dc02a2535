import Foundation

/// Writes a frozen DeepSpeech 0.1.0 graph with random weights, node by node.
struct SpeechBenchmarkGraph {
    let width: Int

    private var shapes: [(name: String, shape: [Int])] {
        let n = width
        var shapes = [
            ("h1", [494, n]), ("b1", [n]), ("h2", [n, n]), ("b2", [n]), ("h3", [n, 2 * n]), ("b3", [2 * n]),
            ("h5", [2 * n, n]), ("b5", [n]), ("h6", [n, 29]), ("b6", [29]),
        ]
        for direction in ["fw", "bw"] {
            shapes.append(("bidirectional_rnn/\(direction)/basic_lstm_cell/kernel", [3 * n, 4 * n]))
            shapes.append(("bidirectional_rnn/\(direction)/basic_lstm_cell/bias", [4 * n]))
        }
        return shapes
    }

    func write(to url: URL) throws {
        try Data().write(to: url)
        let file = try FileHandle(forWritingTo: url)
        defer { try? file.close() }
        var state: UInt64 = 1
        for (name, shape) in shapes {
            let scale = shape.count == 2 ? 2.6 / Float(shape[0]).squareRoot() : 0.08
            let values = (0..<shape.reduce(1, *)).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(Int32(truncatingIfNeeded: state >> 32)) * (scale / Float(Int32.max))
            }
            let content = values.withUnsafeBytes { Data($0) }
            let dimensions = shape.reduce(Data()) { $0 + field(2, number(1, $1)) }
            let tensor = number(1, 1) + field(2, dimensions) + header(4, content.count)
            let attribute = field(1, Data("value".utf8))
            let tensorSize = tensor.count + content.count
            let valueSize = header(8, tensorSize).count + tensorSize
            let entrySize = attribute.count + header(2, valueSize).count + valueSize
            let node = field(1, Data(name.utf8)) + field(2, Data("Const".utf8)) + header(5, entrySize)
            var message = header(1, node.count + entrySize) + node + attribute
            message += header(2, valueSize) + header(8, tensorSize) + tensor
            try file.write(contentsOf: message)
            try file.write(contentsOf: content)
        }
    }

    private func varint(_ value: Int) -> Data {
        value < 128 ? Data([UInt8(value)]) : Data([UInt8(value & 127 | 128)]) + varint(value >> 7)
    }

    private func number(_ field: Int, _ value: Int) -> Data { varint(field << 3) + varint(value) }

    private func header(_ field: Int, _ count: Int) -> Data { varint(field << 3 | 2) + varint(count) }

    private func field(_ field: Int, _ data: Data) -> Data { header(field, data.count) + data }
}
