/// A `TensorProto` of a frozen graph (tensorflow/core/framework/tensor.proto), indexed but not read.
struct GraphConstant {
    /// The whole message, to find repeated values again.
    let message: ByteCursor
    /// `DataType` (types.proto).
    private(set) var type: UInt64 = 0
    private(set) var shape: [Int] = []
    /// `tensor_content`: the elements as they lie in memory, little-endian.
    private(set) var content: ByteCursor?

    /// - Throws: `EngineError` `.malformed`.
    init(_ message: ByteCursor) throws(EngineError) {
        self.message = message
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            switch (field.number, field.payload) {
            case (1, .varint(let value)): type = value  // dtype
            case (2, .bytes(let value)): try readShape(value)  // tensor_shape
            case (4, .bytes(let value)): content = value  // tensor_content
            default: break
            }
        }
    }

    /// `TensorShapeProto` (tensor_shape.proto).
    private mutating func readShape(_ message: ByteCursor) throws(EngineError) {
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            switch (field.number, field.payload) {
            case (2, .bytes(let dimension)):  // dim
                var size = 0
                var dimensionReader = ProtobufReader(dimension)
                while let field = try dimensionReader.next() {
                    if case (1, .varint(let value)) = (field.number, field.payload) {
                        size = Int(truncatingIfNeeded: value)  // an int64: -1 is ten bytes
                    }
                }
                shape.append(size)
                guard shape.count <= CheckpointLimits.rank else {
                    throw message.source.malformed("a constant of more than \(CheckpointLimits.rank) dimensions")
                }
            case (3, .varint(1)):  // unknown_rank
                throw message.source.malformed("a constant of unknown rank")
            default: break
            }
        }
    }

    /// How the elements are stored, or nil for integers, text and the like.
    var format: FloatFormat? {
        switch type {
        case 1: .single  // DT_FLOAT
        case 2: .double  // DT_DOUBLE
        case 14: .bfloat16  // DT_BFLOAT16
        case 19: .half  // DT_HALF
        default: nil
        }
    }

    /// The field of `TensorProto` that holds values of this format one by one.
    static func valuesField(_ format: FloatFormat) -> UInt64 {
        switch format {
        case .single: 5  // float_val
        case .double: 6  // double_val
        case .half, .bfloat16: 13  // half_val: the bits, in an int32
        }
    }
}
