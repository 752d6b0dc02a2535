import Testing

@testable import Engine

@Suite("FrozenGraph")
struct FrozenGraphTests {
    private let graph: FrozenGraph

    init() throws {
        graph = try FrozenGraph(path: CheckpointFixture.path("graph.pb"))
    }

    @Test(
        "reads every type, as tensor_content and as repeated values, packed and not",
        arguments: ["content", "packed", "unpacked", "split"], ["float", "double", "half", "bfloat16"])
    func constants(storage: String, type: String) throws {
        let name = "\(storage)/\(type)"
        guard graph.names.contains(name) else {
            #expect(["unpacked/bfloat16", "split/double", "split/half", "split/bfloat16"].contains(name))
            return
        }
        #expect(try graph.shape(of: name) == [3, 4])
        #expect(try graph.tensor(named: name) == Tensor(shape: [3, 4], values: CheckpointFixture.ramp(12)))
    }

    @Test("repeats the last value to fill the shape, or zero if there is none")
    func filled() throws {
        let expected = CheckpointFixture.ramp(5) + [Float](repeating: -1, count: 7)
        #expect(try graph.tensor(named: "filled/float").values == expected)
        #expect(try graph.tensor(named: "zeros/float").values == [Float](repeating: 0, count: 12))
        #expect(try graph.tensor(named: "scalar") == Tensor(shape: [], values: [2.5]))
        #expect(try graph.tensor(named: "empty") == Tensor(shape: [0, 4], values: []))
    }

    @Test("hands out any number of rows at a time", arguments: [nil, 1, 2, 3, 100])
    func rows(rowsAtOnce: Int?) throws {
        for name in ["content/float", "content/half", "packed/float", "unpacked/double", "filled/float"] {
            var values: [Float] = []
            var next = 0
            try graph.readRows(of: name, rowsAtOnce: rowsAtOnce) { (rows, chunk) throws(EngineError) in
                #expect(rows.lowerBound == next)
                #expect(rows.count <= rowsAtOnce ?? 3)
                #expect(chunk.count == rows.count * 4)
                next = rows.upperBound
                values += chunk
            }
            #expect(next == 3)
            #expect(try values == graph.tensor(named: name).values)
        }
    }

    @Test("passes on what the reader of the rows throws")
    func canceled() {
        let error = CheckpointFixture.error {
            try graph.readRows(of: "content/float", rowsAtOnce: 1) { (rows, _) throws(EngineError) in
                if rows.lowerBound == 1 { throw EngineError(.canceled, "row 1", found: "stop") }
            }
        }
        #expect(error?.subject == "row 1")
    }

    @Test(
        "names the node at fault",
        arguments: [
            ("content/flaot", EngineError.Code.inconsistent, "no node named content/flaot"),
            ("content/flaot", .inconsistent, "the nearest names are content/float"),
            ("input_node", .inconsistent, "the node input_node is a Placeholder, expected a Const node"),
            ("content/float/read", .inconsistent, "is a Identity"),
            ("integers", .unsupported, "holds values of TensorFlow's type 3"),
            ("huge/filled", .malformed, "declares the shape [2147483648, 2147483648]"),
            ("huge/product", .malformed, "declares the shape [1099511627776, 1099511627776]"),
            ("huge/content", .malformed, "[1048576], expected one that a file of"),
            ("negative", .malformed, "declares the shape [-1, 4]"),
        ])
    func faults(name: String, code: EngineError.Code, text: String) throws {
        let error = try #require(CheckpointFixture.error { _ = try graph.tensor(named: name) })
        #expect(error.code == code)
        #expect(error.line.contains(text))
        #expect(CheckpointFixture.error { _ = try graph.shape(of: name) } == error)
    }

    /// The bytes of a node named `x`.
    private func node(_ fields: [UInt8]) -> [UInt8] {
        [0x0a, UInt8(fields.count + 3), 0x0a, 1, 0x78] + fields
    }

    @Test("refuses bytes that are no graph")
    func noGraph() throws {
        let const: [UInt8] = [0x12, 5] + "Const".utf8
        let files: [([UInt8], String)] = [
            ([], "an empty file"), ([0x08, 1], "a graph without nodes"), ([0x0a, 5, 1], "needs 5 bytes"),
            ([0x0b], "the protobuf wire type 3"), ([0x02], "field number 0"),
            ([UInt8](repeating: 0x80, count: 11), "more than 64 bits"), ([0x0a] + [UInt8](repeating: 0xff, count: 9) + [1], "needs"),
            (node(const), "the Const node x has no value"), (node([]) + node([]), "two nodes named x"),
            ([0x0a, 3, 0x0a, 1, 0xff], "is not UTF-8"),
        ]
        for (bytes, text) in files {
            let error = try #require(CheckpointFixture.error { _ = try FrozenGraph(bytes: bytes, subject: "g") })
            #expect(error.code == .malformed)
            #expect(error.line.contains(text))
        }
    }

    @Test("ignores fields and attributes that it does not know")
    func unknownFields() throws {
        let graph = try FrozenGraph(bytes: node([0x12, 2, 0x4e, 0x4f, 0x98, 6, 1, 0x2d, 0, 0, 0, 0]), subject: "g")
        #expect(graph.names.isEmpty)
        let error = try #require(CheckpointFixture.error { _ = try graph.tensor(named: "x") })
        #expect(error.line.contains("the node x is a NO"))
        #expect(error.line.contains("there are no others"))
    }
}
