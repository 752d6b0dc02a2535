/// The fields of one protobuf message, in the order of the wire (protobuf.dev, "Encoding").
struct ProtobufReader {
    /// One field's number and what follows it. Lengths are checked: a payload lies within the message.
    struct Field {
        let number: UInt64
        let payload: Payload
    }

    enum Payload {
        /// Wire type 0.
        case varint(UInt64)
        /// Wire type 1.
        case fixed64(UInt64)
        /// Wire type 2: strings, bytes, messages and packed values.
        case bytes(ByteCursor)
        /// Wire type 5.
        case fixed32(UInt32)
    }

    private var cursor: ByteCursor

    init(_ cursor: ByteCursor) {
        self.cursor = cursor
    }

    /// The next field, nil at the end of the message.
    mutating func next() throws(EngineError) -> Field? {
        guard !cursor.isAtEnd else { return nil }
        let start = cursor.position
        let tag = try Self.varint(&cursor)
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else {
            throw cursor.source.malformed("a protobuf field number \(tag >> 3) at byte \(start)", expected: "1 to 2^29 - 1")
        }
        let payload: Payload
        switch tag & 7 {
        case 0: payload = .varint(try Self.varint(&cursor))
        case 1: payload = .fixed64(try cursor.integer(UInt64.self, "a 64-bit field"))
        case 2: payload = .bytes(try cursor.slice(try Self.varint(&cursor), "a field of the graph"))
        case 5: payload = .fixed32(try cursor.integer(UInt32.self, "a 32-bit field"))
        default:  // 3 and 4 are groups, which proto3 has not; 6 and 7 were never assigned
            throw cursor.source.malformed("the protobuf wire type \(tag & 7) at byte \(start)", expected: "0, 1, 2 or 5")
        }
        return Field(number: tag >> 3, payload: payload)
    }

    /// A base-128 number of at most ten bytes, least significant first.
    static func varint(_ cursor: inout ByteCursor) throws(EngineError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try cursor.byte("a protobuf varint")
            guard shift < 63 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw cursor.source.malformed("a protobuf varint of more than 64 bits before byte \(cursor.position)")
    }
}

extension ProtobufReader.Payload {
    /// The payload if it is a length-delimited one; nil stands for a field of another type, which a reader skips.
    var message: ByteCursor? {
        if case .bytes(let cursor) = self { cursor } else { nil }
    }
}
