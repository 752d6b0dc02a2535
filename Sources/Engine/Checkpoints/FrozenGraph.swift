/// A TensorFlow graph with its weights frozen into Const nodes (a serialized `GraphDef`, .pb).
///
/// Opening indexes the nodes without touching the weights. DeepSpeech's 490 MB are then read a few rows at a time:
///
///     let graph = try FrozenGraph(path: "output_graph.pb")
///     try graph.readRows(of: "h1") { rows, values in
///         // values holds rows.count x columns floats and is valid only here
///     }
public struct FrozenGraph: Sendable {
    /// The file, as the user named it.
    public var path: String { source.name }
    /// The Const nodes' names, in the order of the file.
    public let names: [String]
    private let source: ByteSource
    private let nodes: [String: Node]

    private enum Node: Sendable {
        case constant(ByteCursor)
        /// Any other node, by its operation.
        case other(String)
    }

    /// - Throws: `EngineError` `.unreadable`, or `.malformed` for a file that is no graph or is truncated.
    public init(path: String) throws(EngineError) {
        try self.init(ByteSource(path: path))
    }

    /// As `init(path:)`, from memory.
    /// - Parameter subject: what errors call the graph.
    public init(bytes: [UInt8], subject: String) throws(EngineError) {
        try self.init(ByteSource(bytes: bytes, name: subject))
    }

    private init(_ source: ByteSource) throws(EngineError) {
        self.source = source
        var names: [String] = []
        var nodes: [String: Node] = [:]
        var graph = ProtobufReader(ByteCursor(source))
        while let field = try graph.next() {
            guard field.number == 1, let message = field.payload.message else { continue }  // GraphDef.node
            let (name, node) = try Self.node(message)
            guard nodes.updateValue(node, forKey: name) == nil else {
                throw source.malformed("two nodes named \(Names.shown(name))")
            }
            guard nodes.count <= CheckpointLimits.graphNodes else {
                throw source.malformed("more than \(CheckpointLimits.graphNodes) nodes")
            }
            if case .constant = node { names.append(name) }
        }
        guard !nodes.isEmpty else {
            throw EngineError(
                .malformed, source.name, found: source.bytes.isEmpty ? "an empty file" : "a graph without nodes",
                expected: "a frozen TensorFlow graph (.pb)", remedy: "name DeepSpeech's output_graph.pb")
        }
        self.names = names
        self.nodes = nodes
    }

    /// A `NodeDef` (node_def.proto).
    private static func node(_ message: ByteCursor) throws(EngineError) -> (String, Node) {
        var name = ""
        var operation = ""
        var value: ByteCursor?
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            guard var payload = field.payload.message else { continue }
            switch field.number {
            case 1: name = try payload.text(payload.remaining, "a node's name")
            case 2: operation = try payload.text(payload.remaining, "a node's operation")
            case 5: value = try attributeTensor(payload) ?? value  // attr
            default: break
            }
        }
        guard operation == "Const" else { return (name, .other(operation)) }
        guard let value else { throw message.source.malformed("the Const node \(Names.shown(name)) has no value") }
        return (name, .constant(value))
    }

    /// The tensor of a map entry `"value": AttrValue` (attr_value.proto), nil for other entries.
    private static func attributeTensor(_ entry: ByteCursor) throws(EngineError) -> ByteCursor? {
        var isValue = false
        var tensor: ByteCursor?
        var reader = ProtobufReader(entry)
        while let field = try reader.next() {
            guard let payload = field.payload.message else { continue }
            switch field.number {
            case 1: isValue = entry.source.bytes[payload.position..<payload.end].elementsEqual("value".utf8)  // key
            case 2:  // value
                var attribute = ProtobufReader(payload)
                while let field = try attribute.next() {
                    if field.number == 8, let message = field.payload.message { tensor = message }  // AttrValue.tensor
                }
            default: break
            }
        }
        return isValue ? tensor : nil
    }

    /// The shape of a Const node, outermost extent first.
    /// - Throws: as `tensor(named:)`, except that the values are not looked at.
    public func shape(of name: String) throws(EngineError) -> [Int] {
        try checked(name).constant.shape
    }

    /// All values of a Const node of half, bfloat16, single or double floats.
    /// - Throws: `EngineError` `.inconsistent` if there is no such Const node, `.unsupported` if it holds something else than
    ///   floats, `.malformed` if its values do not fill its shape.
    public func tensor(named name: String) throws(EngineError) -> Tensor {
        let shape = try shape(of: name)
        var values: [Float] = []
        values.reserveCapacity(shape.reduce(1, *))
        try readRows(of: name) { (_, chunk) throws(EngineError) in values.append(contentsOf: chunk) }
        return Tensor(shape: shape, values: values)
    }

    /// Reads a Const node a few rows at a time, first to last, and lets go of the file's pages behind it.
    ///
    /// A row is everything below the outermost extent; a scalar is one row. Whatever the size of the matrix, this keeps
    /// `rowsAtOnce` rows in memory.
    /// - Parameter rowsAtOnce: rows to hand over at a time; by default about 256 KiB of floats.
    /// - Parameter body: receives the rows' range and their values, row-major, which are valid only during the call.
    /// - Throws: as `tensor(named:)`, or what `body` throws.
    public func readRows(
        of name: String, rowsAtOnce: Int? = nil,
        _ body: (Range<Int>, UnsafeBufferPointer<Float>) throws(EngineError) -> Void
    ) throws(EngineError) {
        let (constant, format, count) = try checked(name)
        guard count > 0 else { return }
        let rows = constant.shape.first ?? 1
        let columns = count / rows
        let chunk = max(1, min(rows, rowsAtOnce ?? (1 << 16) / columns))
        let scratch = UnsafeMutableBufferPointer<Float>.allocate(capacity: chunk * columns)
        defer { scratch.deallocate() }
        var filler = ConstantFiller(constant, format: format)
        for start in stride(from: 0, to: rows, by: chunk) {
            let range = start..<min(start + chunk, rows)
            let part = UnsafeMutableBufferPointer(rebasing: scratch[..<(range.count * columns)])
            try filler.fill(part)
            try body(range, UnsafeBufferPointer(part))
        }
    }

    /// The constant, after everything but its repeated values has been checked against the file.
    private func checked(
        _ name: String
    ) throws(EngineError) -> (constant: GraphConstant, format: FloatFormat, count: Int) {
        let shown = Names.shown(name)
        switch nodes[name] {
        case nil:
            throw EngineError(
                .inconsistent, path, found: "no node named \(shown)", expected: "a Const node of that name",
                remedy: Names.advice(for: name, among: names))
        case .other(let operation):
            throw EngineError(
                .inconsistent, path, found: "the node \(shown) is a \(Names.shown(operation))", expected: "a Const node",
                remedy: "freeze the graph; " + Names.advice(for: name, among: names))
        case .constant(let message):
            let constant = try GraphConstant(message)
            guard let format = constant.format else {
                throw source.unsupported(
                    "the node \(shown) holds values of TensorFlow's type \(constant.type)",
                    expected: "DT_FLOAT (1), DT_DOUBLE (2), DT_BFLOAT16 (14) or DT_HALF (19)", remedy: "export the graph in float32")
            }
            let size = "the node \(shown) declares the shape \(Extents.text(constant.shape))"
            guard let count = Extents.count(constant.shape),
                count <= CheckpointLimits.elements(inFileOf: source.bytes.count)
            else {
                throw source.malformed(size, expected: "one that a file of \(source.bytes.count) bytes can fill")
            }
            if let content = constant.content, !content.isAtEnd, content.remaining != count * format.byteCount {
                throw source.malformed(
                    "\(size) and \(content.remaining) bytes of tensor_content", expected: "\(count * format.byteCount) bytes")
            }
            return (constant, format, count)
        }
    }
}
