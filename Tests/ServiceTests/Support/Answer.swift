import Foundation
import HTTPServer
import HTTPTypes
import Testing

@testable import Service

/// A response with its content, streamed or not, and files read.
struct Answer: Sendable {
    let status: Int
    let fields: HTTPFields
    let bytes: [UInt8]

    init(_ response: Response, writer: CollectingWriter = CollectingWriter()) async throws {
        status = response.status.code
        fields = response.fields
        switch response.body {
        case .empty: break
        case .bytes(let bytes): try await writer.write(bytes)
        case .file(let file, let range): try await writer.write(file, range)
        case .stream(_, let produce): try await produce(writer)
        }
        bytes = writer.bytes
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// `.null` if it is not JSON.
    var json: JSONValue {
        (try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))) ?? .null
    }

    subscript(name: String) -> String? {
        HTTPField.Name(name).flatMap { fields[$0] }
    }

    /// Expects a whole and proper problem document (RFC 9457), whose detail holds certain words.
    func expectProblem(
        _ status: Int, _ kind: String, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(self.status == status, "\(text)", sourceLocation: sourceLocation)
        #expect(self["Content-Type"] == "application/problem+json", sourceLocation: sourceLocation)
        #expect(json["type"].string == "/problems/\(kind)", "\(text)", sourceLocation: sourceLocation)
        #expect(json["status"].integer == status, sourceLocation: sourceLocation)
        #expect(json["title"].string?.isEmpty == false, sourceLocation: sourceLocation)
        #expect(json["instance"].string == "urn:request:\(TestService.requestID)", sourceLocation: sourceLocation)
        let detail = json["detail"].string ?? ""
        for word in words {
            #expect(detail.contains(word), "'\(word)' in: \(detail)", sourceLocation: sourceLocation)
        }
        // Where the server keeps its files is nobody's business.
        #expect(!detail.contains(NSTemporaryDirectory()), "\(detail)", sourceLocation: sourceLocation)
        if [429, 503].contains(status) {
            #expect(self["Retry-After"].flatMap { Int($0) } != nil, sourceLocation: sourceLocation)
        }
    }
}

extension JSONValue {
    /// `.null` where there is no such member.
    subscript(name: String) -> JSONValue {
        guard case .object(let members) = self else { return .null }
        return members[name] ?? .null
    }

    subscript(index: Int) -> JSONValue {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return .null }
        return elements[index]
    }

    var count: Int {
        switch self {
        case .array(let elements): elements.count
        case .object(let members): members.count
        default: 0
        }
    }

    var names: Set<String> {
        guard case .object(let members) = self else { return [] }
        return Set(members.keys)
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var integer: Int? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
