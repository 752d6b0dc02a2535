/// Reads the dictionary of an .npy header, one token at a time.
///
///     {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
struct NumpyHeaderParser {
    let source: ByteSource
    private(set) var position: Int
    let end: Int

    init(source: ByteSource, position: Int, end: Int) {
        self.source = source
        self.position = position
        self.end = end
    }

    mutating func parse() throws(EngineError) -> (descr: String, isFortran: Bool, shape: [Int]) {
        var descr: String?
        var isFortran: Bool?
        var shape: [Int]?
        try expect("{")
        while !accept("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr" where descr == nil: descr = try type()
            case "fortran_order" where isFortran == nil: isFortran = try boolean()
            case "shape" where shape == nil: shape = try tuple()
            default: throw malformed("the key '\(Names.shown(key))' twice or unknown")
            }
            if !accept(",") {
                try expect("}")
                break
            }
        }
        skipSpace()
        guard position == end else { throw malformed("something after the dictionary") }
        guard let descr, let isFortran, let shape else {
            throw malformed("no descr, fortran_order or shape")
        }
        return (descr, isFortran, shape)
    }

    /// A type string; records (`[('x', '<f4')]`) are another dialect.
    private mutating func type() throws(EngineError) -> String {
        if peek == UInt8(ascii: "[") {
            throw source.unsupported(
                "the array holds records", expected: "floating-point numbers (f2, f4 or f8)", remedy: "save one field of it")
        }
        return try string()
    }

    private mutating func string() throws(EngineError) -> String {
        guard let quote = peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw malformed("no string")
        }
        let start = position + 1
        guard let close = source.bytes[start..<end].firstIndex(of: quote) else { throw malformed("a string without an end") }
        position = close + 1
        return String(decoding: source.bytes[start..<close], as: UTF8.self)
    }

    private mutating func boolean() throws(EngineError) -> Bool {
        if accept("True") { return true }
        if accept("False") { return false }
        throw malformed("neither True nor False")
    }

    /// `()`, `(3,)`, `(3, 4)`. Python 2 marks long integers with an `L`.
    private mutating func tuple() throws(EngineError) -> [Int] {
        var extents: [Int] = []
        try expect("(")
        while !accept(")") {
            extents.append(try integer())
            guard extents.count <= CheckpointLimits.rank else {
                throw malformed("more than \(CheckpointLimits.rank) dimensions")
            }
            if accept(",") { continue }
            guard extents.count > 1 else { throw malformed("an extent without a comma") }
            try expect(")")
            break
        }
        return extents
    }

    private mutating func integer() throws(EngineError) -> Int {
        skipSpace()
        let digits = source.bytes[position..<end].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw malformed("an extent that is not a number of at most 63 bits")
        }
        position += digits.count
        if position < end, source.bytes[position] == UInt8(ascii: "L") { position += 1 }
        return value
    }

    private mutating func expect(_ token: StaticString) throws(EngineError) {
        guard accept(token) else { throw malformed("no \(token)") }
    }

    private mutating func accept(_ token: StaticString) -> Bool {
        skipSpace()
        let text = UnsafeRawBufferPointer(start: token.utf8Start, count: token.utf8CodeUnitCount)
        guard source.bytes[position..<end].starts(with: text) else { return false }
        position += text.count
        return true
    }

    /// The next byte that is not white space.
    private var peek: UInt8? {
        mutating get {
            skipSpace()
            return position < end ? source.bytes[position] : nil
        }
    }

    private mutating func skipSpace() {
        while position < end, [0x20, 0x0a, 0x09, 0x0d].contains(source.bytes[position]) { position += 1 }
    }

    private func malformed(_ found: String) -> EngineError {
        source.malformed(
            "the .npy header has \(found) at byte \(position)",
            expected: "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }")
    }
}
