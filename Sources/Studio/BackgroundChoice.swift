import Engine
import Media

/// What a performance is composited over, as a user names it.
public enum BackgroundChoice: Hashable, Sendable {
    /// A JPEG or PNG file.
    case file(String)
    /// Components in [0, 1].
    case color(SIMD3<Float>)
    case transparent

    /// `transparent`, `#rgb`, `#rrggbb`, or a file's path; nil for a `#` that no colour follows.
    public init?(argument: String) {
        if argument == "transparent" {
            self = .transparent
        } else if argument.hasPrefix("#") {
            guard let color = Self.color(argument.dropFirst()) else { return nil }
            self = .color(color)
        } else {
            guard !argument.isEmpty else { return nil }
            self = .file(argument)
        }
    }

    private static func color(_ digits: Substring) -> SIMD3<Float>? {
        // A single digit stands for itself twice: #1af is #11aaff.
        let doubled = digits.count == 3 ? digits.flatMap { [$0, $0] } : Array(digits)
        guard doubled.count == 6, doubled.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let value = UInt32(String(doubled), radix: 16)
        else { return nil }
        return SIMD3(Float(value >> 16), Float(value >> 8 & 0xFF), Float(value & 0xFF)) / 255
    }

    /// The background for frames of a size: a file is scaled to cover the frame and cropped about its centre.
    public func background(width: Int, height: Int) throws(EngineError) -> Background {
        switch self {
        case .transparent: return .transparent
        case .color(let color): return .color(color)
        case .file(let path):
            let picture = try PictureFile.read(path).opaque
            if picture.width == width && picture.height == height { return .picture(picture) }
            return .picture(try picture.filling(width: width, height: height))
        }
    }
}
