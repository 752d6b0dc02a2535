/// What goes before and after a piece of a response's content; both empty unless it is chunked (RFC 9112, 7.1).
public struct BodyFrame: Sendable, Hashable {
    public let prefix: [UInt8]
    public let suffix: [UInt8]

    static let plain = BodyFrame(prefix: [], suffix: [])

    private static let lineEnd: [UInt8] = [.carriageReturn, .lineFeed]

    static func chunk(_ count: Int) -> BodyFrame {
        var prefix: [UInt8] = []
        prefix.reserveCapacity(18)
        prefix.append(hexadecimal: count)
        prefix.append("\r\n")
        return BodyFrame(prefix: prefix, suffix: lineEnd)
    }

    /// The last chunk and the trailer section (RFC 9112, 7.1.2); trailers that are no fields are left out.
    static func lastChunk(_ trailers: [(name: String, value: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append("0\r\n")
        for (name, value) in trailers
        where !name.isEmpty && name.utf8.allSatisfy(ByteSet.token.contains) && value.utf8.allSatisfy(\.isFieldValue) {
            bytes.append(contentsOf: name.utf8)
            bytes.append(": ")
            bytes.append(contentsOf: value.utf8)
            bytes.append("\r\n")
        }
        bytes.append("\r\n")
        return bytes
    }
}
