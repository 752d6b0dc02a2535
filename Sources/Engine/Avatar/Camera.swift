/// A pinhole camera's intrinsics, in pixels. Pixel (0, 0) is the top left and its centre lies AT (0, 0).
public struct Camera: Sendable, Hashable {
    public let width: Int
    public let height: Int
    public let focal: Float
    public let centerX: Float
    public let centerY: Float

    public init(width: Int, height: Int, focal: Float, centerX: Float, centerY: Float) {
        self.width = width
        self.height = height
        self.focal = focal
        self.centerX = centerX
        self.centerY = centerY
    }
}
