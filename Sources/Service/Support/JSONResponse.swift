import Foundation
import HTTPServer
import HTTPTypes

extension Response {
    /// A value as JSON, with names in snake case. Optional values that are nil are written as null by their own `encode`.
    static func json(
        _ value: some Encodable, _ status: HTTPResponse.Status = .ok, fields: HTTPFields = [:]
    ) throws -> Response {
        var fields = fields
        fields[.contentType] = "application/json"
        if fields[.cacheControl] == nil { fields[.cacheControl] = "no-store" }
        return Response(status, fields: fields, body: .bytes(try JSONText.encode(value)))
    }
}

/// How the API writes JSON.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }
}
