/// A `multipart/form-data` body as a client would send it.
struct FormBody: ExpressibleByDictionaryLiteral {
    enum Part {
        case text(String)
        case file([UInt8])
    }

    static let contentType = "multipart/form-data; boundary=test-boundary"
    private(set) var parts: [(name: String, part: Part)]

    init(dictionaryLiteral elements: (String, Part)...) {
        parts = elements.map { (name: $0.0, part: $0.1) }
    }

    /// The same with more parts.
    func adding(_ name: String, _ part: Part) -> FormBody {
        var copy = self
        copy.parts.append((name: name, part: part))
        return copy
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for (name, part) in parts {
            bytes += "--test-boundary\r\nContent-Disposition: form-data; name=\"\(name)\"".utf8
            switch part {
            case .text(let text): bytes += "\r\n\r\n\(text)\r\n".utf8
            case .file(let content): bytes += Array("; filename=\"f\"\r\n\r\n".utf8) + content + Array("\r\n".utf8)
            }
        }
        return bytes + Array("--test-boundary--\r\n".utf8)
    }
}
