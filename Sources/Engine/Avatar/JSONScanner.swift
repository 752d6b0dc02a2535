/// Reads JSON (RFC 8259) from front to back, so that a file costs no memory but for what its reader keeps.
///
/// Python's `NaN`, `Infinity` and `-Infinity` count as numbers, because its writer produces them. Escapes in keys are not resolved.
struct JSONScanner {
    /// Levels of nesting; a pose track has six.
    private static let maximumDepth = 64

    /// What errors are about: the file, narrowed down by the reader as it goes.
    var subject: String
    private let file: MappedFile
    private let expected: String
    private let remedy: String
    private var position = 0
    private var depth = 0

    /// - Parameters:
    ///   - expected: the document that errors say should be there.
    ///   - remedy: what errors advise.
    init(_ file: MappedFile, expected: String, remedy: String) {
        self.file = file
        self.expected = expected
        self.remedy = remedy
        subject = file.path
    }

    /// Hands each key to `member`, which must read the value that follows.
    mutating func object(_ member: (inout JSONScanner, String) throws(EngineError) -> Void) throws(EngineError) {
        try nested("{", "}") { scanner throws(EngineError) in
            let key = try scanner.string()
            try scanner.expect(":")
            try member(&scanner, key)
        }
    }

    /// Calls `element` for every element, which it must read.
    mutating func array(_ element: (inout JSONScanner) throws(EngineError) -> Void) throws(EngineError) {
        try nested("[", "]", element)
    }

    mutating func number() throws(EngineError) -> Double {
        guard let first = next,
            first == UInt8(ascii: "-") || first == UInt8(ascii: "N") || first == UInt8(ascii: "I")
                || Self.isDigit(first)
        else { throw wrongValue() }
        for (literal, value) in [("NaN", Double.nan), ("Infinity", .infinity), ("-Infinity", -.infinity)]
        where accept(literal) {
            return value
        }
        let start = position
        while position < count, Self.isDigit(bytes[position]) || "+-.eE".utf8.contains(bytes[position]) {
            position += 1
        }
        guard let value = Double(text(start..<position)) else {
            position = start
            throw noJSON()
        }
        return value
    }

    /// Reads a value of any kind and forgets it.
    mutating func skip() throws(EngineError) {
        switch next {
        case UInt8(ascii: "{"): try object { scanner, _ throws(EngineError) in try scanner.skip() }
        case UInt8(ascii: "["): try array { scanner throws(EngineError) in try scanner.skip() }
        case UInt8(ascii: "\""): _ = try string()
        default:
            if !accept("true"), !accept("false"), !accept("null") { _ = try number() }
        }
    }

    /// Checks that nothing but white space follows.
    mutating func finish() throws(EngineError) {
        guard next == nil else { throw noJSON() }
    }

    func malformed(_ found: String) -> EngineError {
        EngineError(.malformed, subject, found: found, expected: expected, remedy: remedy)
    }

    private mutating func nested(
        _ open: String, _ close: String, _ element: (inout JSONScanner) throws(EngineError) -> Void
    ) throws(EngineError) {
        guard accept(open) else { throw wrongValue() }
        depth += 1
        guard depth <= Self.maximumDepth else { throw malformed("JSON nested deeper than \(Self.maximumDepth) levels") }
        defer { depth -= 1 }
        if accept(close) { return }
        repeat { try element(&self) } while accept(",")
        try expect(close)
    }

    private mutating func string() throws(EngineError) -> String {
        guard accept("\"") else { throw wrongValue() }
        let start = position
        while position < count, bytes[position] != UInt8(ascii: "\""), bytes[position] >= 0x20 {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(position, count)
        guard accept("\"", skippingSpace: false) else { throw noJSON() }
        return text(start..<end)
    }

    private mutating func expect(_ token: String) throws(EngineError) {
        guard accept(token) else { throw noJSON() }
    }

    private mutating func accept(_ token: String, skippingSpace: Bool = true) -> Bool {
        if skippingSpace { _ = next }
        guard position < count, bytes[position...].starts(with: token.utf8) else { return false }
        position += token.utf8.count
        return true
    }

    /// The next byte that is not white space.
    private var next: UInt8? {
        mutating get {
            while position < count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[position]) { position += 1 }
            return position < count ? bytes[position] : nil
        }
    }

    private mutating func wrongValue() -> EngineError {
        guard let next, Self.isDigit(next) || "{[\"-tfnNI".utf8.contains(next) else { return noJSON() }
        return malformed("a value of the wrong type")
    }

    private func noJSON() -> EngineError {
        malformed(count == 0 ? "an empty file" : "text that is no JSON at byte \(min(position, count))")
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    private var bytes: UnsafeRawBufferPointer { file.bytes }
    private var count: Int { file.bytes.count }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
