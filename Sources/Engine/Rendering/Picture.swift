/// An 8-bit picture, rows top to bottom, channels interleaved.
public struct Picture: Sendable, Hashable {
    public let width: Int
    public let height: Int
    /// 3 (RGB) or 4 (RGB and straight alpha).
    public let channels: Int
    /// `width * height * channels` bytes.
    public let bytes: [UInt8]

    public init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
        precondition(bytes.count == width * height * channels && (channels == 3 || channels == 4))
        self.width = width
        self.height = height
        self.channels = channels
        self.bytes = bytes
    }
}
