/// Parses one request head (RFC 9112, 2 to 6), however it is cut into pieces.
///
/// A head that comes in one piece is parsed where it lies and copied once, into the `RequestHead`. One that does not is
/// gathered, and its parsing goes on where it stopped: a byte is never looked at twice.
struct RequestParser: Sendable {
    private let settings: HTTPSettings
    private var line = RequestLineParser()
    private var fields: FieldLineParser
    private var isInFields = false
    /// Bytes of the head that have been looked at.
    private var position = 0
    /// The head so far, if it has come in several pieces.
    private var gathered: [UInt8] = []

    init(settings: HTTPSettings) {
        self.settings = settings
        fields = FieldLineParser(limit: settings.limits.fields)
    }

    /// Whether more than an empty line before the request has come.
    var hasBegun: Bool { line.hasBegun }

    /// Whether the method is known to be HEAD: a refusal of it has no content either.
    var isHEAD: Bool { line.line.isHEAD }

    /// Takes the next bytes, at least one.
    ///
    /// - Returns: how many of them belong to the head, and the head if it is whole. If it is not, that is all of them.
    mutating func parse(
        _ input: UnsafeRawBufferPointer
    ) throws(HTTPParseError) -> (consumed: Int, head: RequestHead?) {
        if position == 0 {
            if try scan(input) { return (position, try makeHead(input)) }
            gathered = [UInt8](input)
            return (input.count, nil)
        }
        let before = gathered.count
        // `scan` looks no further than the limit.
        gathered.append(contentsOf: input.prefix(settings.limits.head &- before))
        let text = gathered
        return try text.withUnsafeBufferPointer { text throws(HTTPParseError) in
            let text = UnsafeRawBufferPointer(text)
            return try scan(text) ? (position &- before, try makeHead(text)) : (input.count, nil)
        }
    }

    /// Goes on over all bytes so far.
    ///
    /// - Returns: whether the head ends at `position`.
    private mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(HTTPParseError) -> Bool {
        let limits = settings.limits
        if !isInFields {
            let limit = min(limits.requestLine, limits.head)
            let end = min(bytes.count, limit)
            isInFields = try line.parse(bytes, from: &position, to: end)
            guard isInFields || end < limit else {
                throw HTTPParseError(status: 414, detail: "The request line is longer than \(limit) bytes.")
            }
            guard isInFields else { return false }
        }
        let end = min(bytes.count, limits.head)
        if try fields.parse(bytes, from: &position, to: end) { return true }
        guard end < limits.head else {
            throw HTTPParseError(status: 431, detail: "The head is longer than \(limits.head) bytes.")
        }
        return false
    }

    /// - Parameter bytes: may reach further than the head.
    private func makeHead(_ bytes: UnsafeRawBufferPointer) throws(HTTPParseError) -> RequestHead {
        let line = line.line
        let target = try RequestTarget(bytes, line)
        var rules = HeadRules()
        for field in fields.lines {
            try rules.add(
                bytes, name: Int(field.name.lowerBound)..<Int(field.name.upperBound),
                value: Int(field.value.lowerBound)..<Int(field.value.upperBound))
        }
        try rules.checkHost(bytes, isHTTP10: line.isHTTP10)
        let framing = try rules.framing(isHTTP10: line.isHTTP10, limit: settings.limits.body)
        return RequestHead(
            fields: FieldBlock(UnsafeRawBufferPointer(rebasing: bytes[..<position]), lines: fields.lines),
            line: line, target: target, host: rules.host, framing: framing,
            keepAlive: rules.keepsAlive(isHTTP10: line.isHTTP10),
            expectsContinue: rules.expectsContinue(isHTTP10: line.isHTTP10, framing: framing))
    }
}
