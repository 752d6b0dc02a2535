/// What goes before and after a piece of a response's body; both empty unless it is chunked (RFC 9112, 7.1).
public struct BodyFrame: Sendable, Hashable {
    public let prefix: [UInt8]
    public let suffix: [UInt8]
}
