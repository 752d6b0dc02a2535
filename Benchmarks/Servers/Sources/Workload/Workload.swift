import Glibc

/// What all three servers are asked for:
///
/// - `GET /json`: `json`, as `application/json`
/// - `GET /file`: `file`, as `application/octet-stream`
/// - `POST /upload`: reads the content and drops it, answers with its length in decimal
/// - `GET /idle`: 204
public struct Workload: Sendable {
    /// Made once, not encoded for each request: an encoder would take the same time in all three and hide their own.
    public static let json = #"{"message":"Hello, World!"}"#
    /// Bytes that an upload may have.
    public static let uploadLimit = 1 << 30

    /// Where to listen, on 127.0.0.1.
    public let port: Int
    /// Path of what `/file` serves.
    public let file: String

    /// From the command line: PORT FILE. Leaves the program with status 2 if it is anything else.
    public init(arguments: [String] = CommandLine.arguments) {
        guard arguments.count == 3, let port = UInt16(arguments[1]) else {
            print("usage: \(arguments.first ?? "server") PORT FILE")
            exit(2)
        }
        self.port = Int(port)
        file = arguments[2]
    }
}
