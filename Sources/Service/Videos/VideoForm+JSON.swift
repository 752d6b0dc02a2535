import Foundation
import HTTPServer

/// The fields as JSON: a file is `{"data": base64, "filename": ...}`, everything else has its natural type.
extension VideoForm {
    private static let files: Set<String> = ["audio", "features", "poses", "background"]

    /// The bytes of a field that is a file; nil for any other.
    ///
    /// - Throws: `HTTPError` 422 for an object that is no file.
    static func upload(_ name: String, _ value: JSONValue) throws -> [UInt8]? {
        guard files.contains(name), case .object(let members) = value else { return nil }
        for (member, content) in members {
            switch (member, content) {
            case ("data", .string), ("filename", .string): continue
            default:
                throw refusal(
                    name, "\(content.kind) as '\(member.prefix(64))'", expected: #"{"data": base64, "filename": text}"#)
            }
        }
        guard case .string(let text)? = members["data"], let data = Data(base64Encoded: text) else {
            throw refusal(name, "no data in base64", expected: #"{"data": base64}"#)
        }
        if case .string(let filename)? = members["filename"], filename.unicodeScalars.count > 255 {
            throw refusal(name, "a filename of \(filename.count) characters", expected: "at most 255")
        }
        guard !data.isEmpty else { throw refusal(name, "an empty file", expected: "content") }
        return [UInt8](data)
    }

    /// A field as a form would have it.
    ///
    /// - Throws: `HTTPError` 422 for a value of another kind.
    static func text(_ name: String, _ value: JSONValue) throws -> String {
        switch (name, value) {
        case ("size", .integer(let number)), ("speed", .integer(let number)), ("pitch", .integer(let number)):
            return String(number)
        case ("size", .number(let number)) where number == number.rounded() && abs(number) < 1e6:
            return String(Int(number))
        case ("head_only", .bool(let flag)): return String(flag)
        case ("metadata", .object):
            return String(decoding: try JSONText.encode(value), as: UTF8.self)
        case ("size", _), ("speed", _), ("pitch", _): throw refusal(name, value.kind, expected: "a number")
        case ("head_only", _): throw refusal(name, value.kind, expected: "true or false")
        case ("metadata", _): throw refusal(name, value.kind, expected: "an object of strings")
        case ("audio", _), ("features", _):
            throw refusal(name, value.kind, expected: #"{"data": base64}"#)
        case (_, .string(let text)): return text
        default:
            throw refusal(
                String(name.prefix(64)), value.kind, expected: fields.contains(name) ? "a string" : "another name")
        }
    }
}
