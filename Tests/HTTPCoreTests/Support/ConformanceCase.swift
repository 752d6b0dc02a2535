import Foundation
import Testing

/// One case of the conformance suite, in the format of its case files.
struct ConformanceCase: Decodable, Sendable, CustomTestStringConvertible {
    /// Whether the last request closes the connection.
    enum Closing: Decodable, Sendable {
        case no, yes, maybe

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            self = ((try? value.decode(Bool.self)).map { $0 ? .yes : .no }) ?? .maybe
        }
    }

    enum Kind {
        case accept, reject, either
    }

    let id: String
    let about: String?
    let raw: String?
    let text: String?
    let expect: String
    let responses: Int?
    let methods: [String]?
    let statuses: [String]?
    let close: Closing?
    let late: Bool?
    let eof: Bool?
    let `continue`: Bool?
    let headers: [String]?
    let absent: [String]?

    static let authority = "127.0.0.1:8080"
    static let canary = Array(
        """
        GET /http-conformance-canary-no-such-resource HTTP/1.1\r
        Host: \(authority)\r
        Connection: close\r
        \r

        """.utf8)
    static let refusals: Set<Int> = [400, 408, 413, 414, 431, 501, 505]

    var testDescription: String { id }
    var count: Int { responses ?? 1 }
    var mayContinue: Bool { `continue` ?? false }
    var isCut: Bool { eof ?? false }

    var codes: Set<Int>? {
        expect.hasPrefix("status:") ? Set(expect.dropFirst(7).split(separator: ",").compactMap { Int($0) }) : nil
    }

    var kind: Kind {
        if let codes { return codes.isSubset(of: Self.refusals) ? .reject : .accept }
        return expect == "accept" ? .accept : expect == "reject" ? .reject : .either
    }

    /// The bytes before the placeholders are filled in.
    private var template: [UInt8] {
        if let text { return text.unicodeScalars.map { UInt8($0.value) } }
        return Array(Data(base64Encoded: raw ?? "") ?? Data())
    }

    private var firstLine: [UInt8] {
        let bytes = template.drop { $0 == 0x0D || $0 == 0x0A }
        let end = zip(bytes.indices, bytes.indices.dropFirst()).first { bytes[$0] == 0x0D && bytes[$1] == 0x0A }?.0
        return Array(bytes[..<(end ?? bytes.endIndex)])
    }

    var isFirstHTTP10: Bool { firstLine.suffix(9) == Array(" HTTP/1.0".utf8)[...] }

    /// The method of each request, as far as there are responses.
    var requestMethods: [String] {
        let known = methods ?? [String(decoding: firstLine.prefix { $0 != 0x20 }, as: UTF8.self)]
        return Array((known + Array(repeating: "GET", count: count)).prefix(count))
    }

    /// The request bytes.
    var message: [UInt8] {
        var message: [UInt8] = []
        var rest = template[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "{")) {
            message += rest[..<open]
            rest = rest[open...]
            guard let (text, end) = Self.placeholder(rest) else {
                message.append(rest.removeFirst())
                continue
            }
            message += text
            rest = rest[end...]
        }
        return message + rest
    }

    /// What stands for the placeholder that begins these bytes: `{path}`, `{authority}` or `{X*N}`.
    private static func placeholder(_ bytes: ArraySlice<UInt8>) -> (text: [UInt8], end: Int)? {
        guard let close = bytes.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let inner = bytes[bytes.startIndex + 1..<close]
        if inner.elementsEqual("path".utf8) { return (Array(Loopback.path.utf8), close + 1) }
        if inner.elementsEqual("authority".utf8) { return (Array(authority.utf8), close + 1) }
        guard let star = inner.firstIndex(of: UInt8(ascii: "*")), !inner.contains(UInt8(ascii: "{")),
            1...64 ~= star - inner.startIndex,
            let times = Int(String(decoding: inner[(star + 1)...], as: UTF8.self)), times < 10_000_000
        else { return nil }
        return (Array(repeatElement(inner[..<star], count: times).joined()), close + 1)
    }

    /// The repository's root; the sources may be reached through links.
    static let repository = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "../../..").standardizedFileURL

    static let ours = repository.appending(path: "Tests/Fixtures/http/cases-rfc.jsonl")
    /// Under another licence, and so not among the fixtures.
    static let llhttp = repository.appending(path: "../shared/conformance/cases-llhttp.jsonl")

    static func load(_ file: URL) -> [ConformanceCase] {
        guard let data = try? Data(contentsOf: file) else { return [] }
        return data.split(separator: 0x0A).compactMap { try? JSONDecoder().decode(ConformanceCase.self, from: $0) }
    }
}
