/// How much of a multipart body's structure is put up with; content is limited elsewhere.
public struct MultipartLimits: Sendable {
    public var parts = 64
    /// Bytes of a part's head.
    public var headBytes = 8 << 10
    /// Fields of a part's head.
    public var headFields = 16
    /// Blanks between a boundary and its line's end (RFC 2046, 5.1.1: `transport-padding`).
    public var padding = 64

    public init() {}
}
