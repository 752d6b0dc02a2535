/// Hands out a constant's values in order, and lets go of the pages it has passed.
struct ConstantFiller {
    private let source: ByteSource
    private let format: FloatFormat
    /// The elements of `tensor_content` that are still to come; nil where the values are stored one by one.
    private var content: ByteCursor?
    /// Where the chunk before this one began: its last page was still in use when it was released.
    private var released: Int
    private var values: GraphValues
    /// What fills a constant after its last value; zero if it has none (tensor.proto, `TensorProto`).
    private var last: Float = 0
    private var isExhausted = false

    init(_ constant: GraphConstant, format: FloatFormat) {
        source = constant.message.source
        self.format = format
        content = constant.content.flatMap { $0.isAtEnd ? nil : $0 }
        released = content?.position ?? 0
        values = GraphValues(constant, format: format)
    }

    /// Fills `output` with the next values.
    /// - Throws: `EngineError` `.malformed` where the file has fewer bytes than the values need.
    mutating func fill(_ output: UnsafeMutableBufferPointer<Float>) throws(EngineError) {
        guard var content else {
            for i in output.indices { output[i] = try nextValue() }
            return
        }
        let range = try content.take(output.count * format.byteCount, "a constant's tensor_content")
        self.content = content
        guard let base = source.bytes.baseAddress else { return }
        StridedFloats.convert(format, from: base + range.lowerBound, into: output)
        source.release(released..<range.upperBound)
        released = range.lowerBound
    }

    private mutating func nextValue() throws(EngineError) -> Float {
        if !isExhausted {
            if let value = try values.next() { last = value } else { isExhausted = true }
        }
        return last
    }
}
