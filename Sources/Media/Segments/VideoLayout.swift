import Engine

/// What all frames of a video have in common.
public struct VideoLayout: Sendable, Hashable, Codable {
    public let format: VideoFormat
    /// The pictures' width in pixels.
    public let width: Int
    /// The pictures' height in pixels.
    public let height: Int
    /// Whether the pictures are RGBA; WebM only.
    public let transparent: Bool

    /// - Throws: `.invalidValue` for a size beyond `MediaLimits` or a transparent MP4.
    public init(format: VideoFormat, width: Int, height: Int, transparent: Bool = false) throws(EngineError) {
        try PictureFile.check(width: width, height: height, name: "video")
        guard format == .webm || !transparent else {
            throw EngineError(
                .invalidValue, "background", found: "a transparent background in an MP4", expected: "WebM or PNG",
                remedy: "choose the format webm or another background")
        }
        self.format = format
        self.width = width
        self.height = height
        self.transparent = transparent
    }

    /// The width as encoded: 4:2:0 wants even sizes, and the last column of an odd picture is repeated.
    var codedWidth: Int { width + width % 2 }
    /// The height as encoded.
    var codedHeight: Int { height + height % 2 }
    /// Bytes of a pixel: 3 for RGB, 4 for RGBA.
    public var channels: Int { transparent ? 4 : 3 }
}
