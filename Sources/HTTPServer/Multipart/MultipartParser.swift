import Glibc
import HTTPTypes

/// Cuts `multipart/form-data` (RFC 7578, RFC 2046, 5.1) into parts: bytes in, events out.
///
/// It holds back no more than a boundary's length of content and a line of a part's head, however the bytes are cut.
/// Lines end in CRLF. Nested multiparts are content like any other.
public struct MultipartParser {
    public enum Event: Equatable, Sendable {
        /// A part begins.
        case part(PartHead)
        /// Some of its content, never empty.
        case data(ArraySlice<UInt8>)
        case endOfPart
        /// The final boundary; what follows is ignored.
        case end
    }

    private enum State {
        /// Before the first boundary.
        case preamble
        /// Behind a boundary, on its line.
        case boundaryLine
        case head
        case content
        case epilogue
    }

    private enum Step {
        case events([Event])
        case needsMore
    }

    /// A line break, two dashes, the boundary.
    private let delimiter: [UInt8]
    private let limits: MultipartLimits
    private var state = State.preamble
    /// Whether what comes next stands at the beginning of a line whose break has been taken already.
    private var isAtLineStart = true
    private var buffer: [UInt8] = []
    private var position = 0
    private var headFields: [(name: String, value: String)] = []
    private var headBytes = 0
    private var parts = 0
    private var partName: String?

    /// - Throws: 400 unless `boundary` is one (RFC 2046, 5.1.1): 1 to 70 characters, the last no space.
    public init(boundary: String, limits: MultipartLimits = MultipartLimits()) throws(HTTPError) {
        guard 1...70 ~= boundary.utf8.count, boundary.utf8.allSatisfy(Self.isBoundaryByte), boundary.last != " " else {
            throw HTTPError(
                .badRequest, detail: "the boundary in Content-Type is none; take 1 to 70 letters, digits and dashes")
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.limits = limits
    }

    /// Takes the body's next bytes.
    ///
    /// - Throws: 400 naming the part for what is malformed, 413 for too many or too large a head.
    public mutating func feed(_ bytes: [UInt8]) throws(HTTPError) -> [Event] {
        if buffer.isEmpty { buffer = bytes } else { buffer += bytes }
        position = 0
        var events: [Event] = []
        while case .events(let some) = try step() { events += some }
        // A copy of the rest, because the events' slices keep the buffer as it is.
        buffer = Array(buffer[position...])
        return events
    }

    /// Tells that there is no more.
    ///
    /// - Throws: 400 if the final boundary has not come, naming the part that it ought to end.
    public func finish() throws(HTTPError) {
        switch state {
        case .epilogue: return
        case .preamble:
            throw HTTPError(
                .badRequest,
                detail:
                    "the form has no part: the boundary that Content-Type names does not occur; send both as they belong"
            )
        case .boundaryLine, .head, .content:
            throw malformed("ends without the form's final boundary; send all of it")
        }
    }

    private mutating func step() throws(HTTPError) -> Step {
        switch state {
        case .preamble: return takeContent(isPart: false)
        case .boundaryLine: return try takeBoundaryLine()
        case .head: return try takeHeadLine()
        case .content: return takeContent(isPart: true)
        case .epilogue:
            position = buffer.count
            return .needsMore
        }
    }

    // MARK: Content

    /// Takes everything before the next delimiter, and the delimiter.
    private mutating func takeContent(isPart: Bool) -> Step {
        if isAtLineStart {
            let rest = delimiter.dropFirst(2)
            let present = buffer[position...].prefix(rest.count)
            if present.elementsEqual(rest) {
                position += rest.count
                return endContent(isPart ? [.endOfPart] : [])
            }
            if rest.starts(with: present) { return .needsMore }
            isAtLineStart = false
        }
        let (index, isWhole) = findDelimiter()
        var events: [Event] = []
        if isPart, index > position { events.append(.data(buffer[position..<index])) }
        position = index
        guard isWhole else { return events.isEmpty ? .needsMore : .events(events) }
        position += delimiter.count
        if isPart { events.append(.endOfPart) }
        return endContent(events)
    }

    private mutating func endContent(_ events: [Event]) -> Step {
        state = .boundaryLine
        return .events(events)
    }

    /// Where the delimiter begins, whole or as far as the buffer goes; the buffer's end if nowhere.
    ///
    /// A boundary contains no CR, so that what has been compared in vain never has to be looked at again but for the next
    /// CR: the time is linear.
    private func findDelimiter() -> (index: Int, isWhole: Bool) {
        buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return (0, false) }
            var start = position
            while start < bytes.count, let found = memchr(base + start, 0x0D, bytes.count - start) {
                let index = UnsafeRawPointer(found) - base
                let count = min(bytes.count - index, delimiter.count)
                if memcmp(found, delimiter, count) == 0 { return (index, count == delimiter.count) }
                start = index + 1
            }
            return (bytes.count, false)
        }
    }

    // MARK: Boundaries and heads

    /// What follows a boundary: two dashes at the form's end, otherwise only blanks.
    private mutating func takeBoundaryLine() throws(HTTPError) -> Step {
        let rest = buffer[position...]
        guard rest.count >= 2 else { return .needsMore }
        if rest.starts(with: "--".utf8) {
            state = .epilogue
            return .events([.end])
        }
        let blanks = rest.prefix(while: \.isBlank).count
        guard blanks <= limits.padding else { throw malformed("is followed by too many blanks behind its boundary") }
        guard rest.count >= blanks + 2 else { return .needsMore }
        guard rest.dropFirst(blanks).starts(with: "\r\n".utf8) else {
            throw malformed(
                "is followed by a boundary that goes on where it should end; choose one that occurs nowhere else")
        }
        position += blanks + 2
        parts += 1
        guard parts <= limits.parts else {
            throw HTTPError(.contentTooLarge, detail: "the form has more than \(limits.parts) parts; send fewer")
        }
        (state, headFields, headBytes, partName) = (.head, [], 0, nil)
        return .events([])
    }

    private mutating func takeHeadLine() throws(HTTPError) -> Step {
        let rest = buffer[position...]
        let allowance = limits.headBytes - headBytes
        guard let end = rest.firstIndex(where: { $0 == 0x0D || $0 == 0x0A }), end + 1 < buffer.count else {
            guard rest.count <= allowance else { throw headTooLarge }
            return .needsMore
        }
        guard buffer[end] == 0x0D, buffer[end + 1] == 0x0A else {
            throw malformed("has a head whose lines do not end in CR LF")
        }
        let line = rest[..<end]
        headBytes += line.count + 2
        guard headBytes <= limits.headBytes else { throw headTooLarge }
        position = end + 2
        guard line.isEmpty else {
            try takeField(line)
            return .events([])
        }
        guard let head = PartHead(headFields) else {
            throw malformed("has no Content-Disposition: form-data with one name")
        }
        (state, isAtLineStart, partName) = (.content, true, head.name)
        return .events([.part(head)])
    }

    private mutating func takeField(_ line: ArraySlice<UInt8>) throws(HTTPError) {
        guard headFields.count < limits.headFields else { throw headTooLarge }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(\.isTokenByte), line[colon...].allSatisfy({ !$0.isControl || $0.isBlank })
        else { throw malformed("has a head with a malformed line; write it like Content-Type: audio/wav") }
        let value = line[(colon + 1)...].drop(while: \.isBlank)
        let blanks = value.reversed().prefix(while: \.isBlank).count
        headFields.append(
            (
                String(decoding: line[..<colon], as: UTF8.self).lowercased(),
                String(decoding: value.dropLast(blanks), as: UTF8.self)
            ))
    }

    // MARK: Complaints

    private var headTooLarge: HTTPError {
        HTTPError(
            .contentTooLarge,
            detail:
                "\(culprit) has a head of more than \(limits.headBytes) bytes or \(limits.headFields) fields; send less"
        )
    }

    private func malformed(_ found: String) -> HTTPError {
        HTTPError(.badRequest, detail: "\(culprit) \(found)")
    }

    /// The part at hand by its name, if that is known, and its number.
    private var culprit: String {
        let number = "the form's part \(parts)"
        return partName.map { "\(number), \"\($0)\"," } ?? number
    }

    /// `bchars` (RFC 2046, 5.1.1).
    private static func isBoundaryByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetterOrDigit || "'()+_,-./:=? ".utf8.contains(byte)
    }
}
