/// One rendered frame before it is clipped to bytes.
public struct Frame: Sendable {
    public let width: Int
    public let height: Int
    /// `[height, width, 3]`. Over a background: the picture. With a transparent background: colour premultiplied by alpha.
    public let rgb: [Float]
    /// `[height, width]`, `1 - last_head * last_torso`; nil unless the background is transparent.
    public let alpha: [Float]?

    public init(width: Int, height: Int, rgb: [Float], alpha: [Float]? = nil) {
        self.width = width
        self.height = height
        self.rgb = rgb
        self.alpha = alpha
    }
}
