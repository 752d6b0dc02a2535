/// The header of an .npy file: a Python dictionary literal with exactly the keys `descr`, `fortran_order` and `shape`.
///
/// The grammar is that of `numpy.lib.format`'s description, not Python's: no escapes, no expressions, nothing nested.
struct NumpyHeader {
    let format: FloatFormat
    let bigEndian: Bool
    let isFortran: Bool
    let shape: [Int]

    /// - Throws: `EngineError` `.malformed` for a header that is no such dictionary, `.unsupported` for other types of elements.
    init(_ range: Range<Int>, of source: ByteSource) throws(EngineError) {
        var parser = NumpyHeaderParser(source: source, position: range.lowerBound, end: range.upperBound)
        let fields = try parser.parse()
        (format, bigEndian) = try Self.elementType(fields.descr, source)
        isFortran = fields.isFortran
        shape = fields.shape
    }

    /// A type string of the array interface: byte order (`<`, `>`, `=` for the writer's own, `|` for none), kind, bytes.
    /// A `=` is read as little-endian, which every machine that this runs on is.
    private static func elementType(_ descr: String, _ source: ByteSource) throws(EngineError) -> (FloatFormat, Bool) {
        let orders: Set<Character> = ["<", ">", "=", "|"]
        let kind = descr.first.map(orders.contains) == true ? descr.dropFirst() : descr[...]
        let format: FloatFormat? =
            switch kind {
            case "f2": .half
            case "f4": .single
            case "f8": .double
            default: nil
            }
        guard let format else {
            throw source.unsupported(
                "the array holds \(meaning(of: kind)) (\(Names.shown(descr)))", expected: "floating-point numbers (f2, f4 or f8)",
                remedy: "save it with array.astype('float32')")
        }
        return (format, descr.first == ">")
    }

    private static func meaning(of kind: Substring) -> String {
        switch kind.first {
        case "i", "u": "integers"
        case "b": "booleans"
        case "c": "complex numbers"
        case "S", "U", "a": "text"
        case "O": "Python objects, which would be a pickle"
        case "V": "raw bytes"
        case "f", "g": "floating-point numbers of another width"
        default: "elements of an unknown type"
        }
    }
}
