/// Reads responses as strictly as the conformance runner does.
struct ResponseReader {
    struct Malformed: Error {
        let reason: String
    }

    struct Response {
        let isHTTP10: Bool
        let status: Int
        let fields: [(name: String, value: String)]
        let content: ArraySlice<UInt8>

        func values(_ name: String) -> [String] {
            fields.filter { $0.name == name.lowercased() }.map(\.value)
        }

        func has(_ name: String) -> Bool { values(name).contains { !$0.isEmpty } }

        var closes: Bool {
            let options = values("connection").flatMap { $0.lowercased().split(separator: ",") }
                .map { String($0).trimmed }
            return options.contains("close") || isHTTP10 && !options.contains("keep-alive")
        }
    }

    private let bytes: [UInt8]
    private var position = 0

    /// All responses in `bytes`. `methods` are those of the requests, in order; past their end GET is assumed.
    ///
    /// - Returns: the final ones, and the others with the number of final ones before each.
    static func read(
        _ bytes: [UInt8], methods: [String]
    ) throws(Malformed) -> (finals: [Response], interims: [(Int, Response)]) {
        var reader = ResponseReader(bytes: bytes)
        var finals: [Response] = []
        var interims: [(Int, Response)] = []
        while reader.position < bytes.count {
            if let last = finals.last, last.closes {
                throw Malformed(reason: "bytes after a response that said the connection closes")
            }
            let response = try reader.response(to: finals.count < methods.count ? methods[finals.count] : "GET")
            if response.status < 200 {
                interims.append((finals.count, response))
            } else {
                finals.append(response)
            }
        }
        return (finals, interims)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func response(to method: String) throws(Malformed) -> Response {
        let line = try self.line()
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.1 ") || text.hasPrefix("HTTP/1.0 "), line.count >= 13,
            line[line.startIndex + 12] == 0x20,
            let status = Int(text.dropFirst(9).prefix(3)), 100...599 ~= status
        else { throw Malformed(reason: "bad status line \(text)") }
        let isHTTP10 = text.hasPrefix("HTTP/1.0")
        let fields = try self.fields()
        let lengths = fields.filter { $0.name == "content-length" }
        let codings = fields.filter { $0.name == "transfer-encoding" }
        guard lengths.count + codings.count <= 1 else {
            throw Malformed(reason: "more than one framing in a \(status)")
        }
        guard codings.allSatisfy({ $0.value == "chunked" }), codings.isEmpty || !isHTTP10 else {
            throw Malformed(reason: "bad Transfer-Encoding in a \(status)")
        }
        let content: ArraySlice<UInt8>
        if status < 200 || status == 204 {
            guard lengths.isEmpty, codings.isEmpty else { throw Malformed(reason: "framing in a \(status)") }
            content = []
        } else if method == "HEAD" || status == 304 {
            content = []
        } else if !codings.isEmpty {
            content = try chunks()
        } else {
            guard let text = lengths.first?.value, let length = Int(text), text.allSatisfy(\.isNumber) else {
                throw Malformed(reason: "\(status) response with neither Content-Length nor chunked coding")
            }
            content = try take(length)
        }
        return Response(isHTTP10: isHTTP10, status: status, fields: fields, content: content)
    }

    private mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard bytes.count - position >= count else { throw Malformed(reason: "content cut short") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    private mutating func line() throws(Malformed) -> ArraySlice<UInt8> {
        guard let end = bytes[position...].firstIndex(of: 0x0A), end > position, bytes[end - 1] == 0x0D else {
            throw Malformed(
                reason: "line without its CRLF: \(String(decoding: bytes[position...].prefix(80), as: UTF8.self))")
        }
        let line = bytes[position..<end - 1]
        guard !line.contains(0x0D) else { throw Malformed(reason: "bare CR") }
        position = end + 1
        return line
    }

    private mutating func fields() throws(Malformed) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        while true {
            let line = try self.line()
            guard !line.isEmpty else { return fields }
            guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex,
                line[..<colon].allSatisfy(Self.isToken),
                line[colon...].allSatisfy({ $0 == 9 || $0 >= 0x20 && $0 != 0x7F })
            else { throw Malformed(reason: "bad header line") }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            fields.append((name, String(decoding: line[(colon + 1)...], as: UTF8.self).trimmed))
        }
    }

    private mutating func chunks() throws(Malformed) -> ArraySlice<UInt8> {
        var content: [UInt8] = []
        while true {
            let text = String(decoding: try line(), as: UTF8.self)
            guard let size = Int(text, radix: 16), size >= 0, text.first != "+" else {
                throw Malformed(reason: "bad chunk size")
            }
            if size == 0 {
                _ = try fields()
                return content[...]
            }
            content += try take(size)
            guard try take(2) == [0x0D, 0x0A] else { throw Malformed(reason: "chunk without its CRLF") }
        }
    }

    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension String {
    /// Without the spaces and tabs around it.
    var trimmed: String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
