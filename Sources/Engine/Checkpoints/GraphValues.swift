/// The values of a constant that are stored one by one, packed or not, in any number of fields (`float_val` and its kin).
struct GraphValues {
    private let format: FloatFormat
    private var fields: ProtobufReader
    /// What is left of a packed field.
    private var packed: ByteCursor?

    init(_ constant: GraphConstant, format: FloatFormat) {
        self.format = format
        fields = ProtobufReader(constant.message)
    }

    /// The next value, nil after the last.
    mutating func next() throws(EngineError) -> Float? {
        while true {
            if var cursor = packed, !cursor.isAtEnd {
                let value = try unpack(&cursor)
                packed = cursor
                return value
            }
            guard let field = try fields.next() else { return nil }
            guard field.number == GraphConstant.valuesField(format) else { continue }
            switch (field.payload, format) {
            case (.bytes(let cursor), _): packed = cursor
            case (.fixed32(let bits), .single): return Float(bitPattern: bits)
            case (.fixed64(let bits), .double): return Float(Double(bitPattern: bits))
            case (.varint(let bits), .half): return FloatFormat.half(bits: UInt16(truncatingIfNeeded: bits))
            case (.varint(let bits), .bfloat16): return FloatFormat.bfloat16(bits: UInt16(truncatingIfNeeded: bits))
            default: continue
            }
        }
    }

    private func unpack(_ cursor: inout ByteCursor) throws(EngineError) -> Float {
        switch format {
        case .single: Float(bitPattern: try cursor.integer(UInt32.self, "a packed float"))
        case .double: Float(Double(bitPattern: try cursor.integer(UInt64.self, "a packed double")))
        case .half: FloatFormat.half(bits: UInt16(truncatingIfNeeded: try ProtobufReader.varint(&cursor)))
        case .bfloat16: FloatFormat.bfloat16(bits: UInt16(truncatingIfNeeded: try ProtobufReader.varint(&cursor)))
        }
    }
}
