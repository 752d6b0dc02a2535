import Foundation

@testable import Engine

/// A frozen graph of any shapes, to be changed node by node.
struct SpeechGraph {
    var constants: [(name: String, shape: [Int], values: [Float])] = []

    /// A valid network with weights that keep the activations alive.
    init(n1: Int = 5, n2: Int = 7, n3: Int = 9, cells: Int = 3, n5: Int = 6) {
        var shapes: [(String, [Int])] = [
            ("h1", [494, n1]), ("b1", [n1]), ("h2", [n1, n2]), ("b2", [n2]), ("h3", [n2, n3]), ("b3", [n3]),
            ("h5", [2 * cells, n5]), ("b5", [n5]), ("h6", [n5, 29]), ("b6", [29]),
        ]
        for direction in ["fw", "bw"] {
            shapes.append((DeepSpeechLoader.kernel(direction), [n3 + cells, 4 * cells]))
            shapes.append((DeepSpeechLoader.bias(direction), [4 * cells]))
        }
        for (index, (name, shape)) in shapes.enumerated() {
            let scale = 2.5 / Float(shape[0]).squareRoot()
            let values = SpeechFixture.noise(shape.reduce(1, *), seed: UInt64(index)).map { $0 * scale }
            constants.append((name, shape, values))
        }
    }

    /// Gives a node another shape and fitting values; nil takes it away.
    mutating func replace(_ name: String, _ shape: [Int]?, value: Float = 0.1) {
        constants.removeAll { $0.name == name }
        if let shape {
            constants.append((name, shape, [Float](repeating: value, count: shape.reduce(1, *))))
        }
    }

    mutating func set(_ name: String, _ index: Int, to value: Float) {
        for i in constants.indices where constants[i].name == name { constants[i].values[index] = value }
    }

    func values(_ name: String) -> [Float] { constants.first { $0.name == name }!.values }

    /// The serialized `GraphDef`.
    var bytes: [UInt8] {
        constants.flatMap { constant in
            let shape = constant.shape.flatMap { Self.field(2, Self.number(1, $0)) }
            let content = constant.values.withUnsafeBytes { Array($0) }
            let tensor = Self.number(1, 1) + Self.field(2, shape) + Self.field(4, content)
            let attribute = Self.field(1, Array("value".utf8)) + Self.field(2, Self.field(8, tensor))
            return Self.field(
                1,
                Self.field(1, Array(constant.name.utf8)) + Self.field(2, Array("Const".utf8)) + Self.field(5, attribute)
            )
        }
    }

    func frozen() throws -> FrozenGraph { try FrozenGraph(bytes: bytes, subject: "graph.pb") }

    private static func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + varint(value >> 7)
    }

    private static func number(_ field: Int, _ value: Int) -> [UInt8] { varint(field << 3) + varint(value) }

    private static func field(_ field: Int, _ bytes: [UInt8]) -> [UInt8] {
        varint(field << 3 | 2) + varint(bytes.count) + bytes
    }
}
