import ArgumentParser
import Engine
import Media

/// The `--background` option.
enum BackgroundChoice: ExpressibleByArgument, Hashable, Sendable {
    /// A JPEG or PNG file.
    case file(String)
    /// Components in [0, 1].
    case color(SIMD3<Float>)
    case transparent

    /// `transparent`, `#rgb`, `#rrggbb`, or a file's path; nil for a `#` that no colour follows.
    init?(argument: String) {
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
        let values = digits.compactMap(\.hexDigitValue)
        guard values.count == digits.count else { return nil }
        switch values.count {
        // A single digit stands for itself twice: #1af is #11aaff.
        case 3: return SIMD3(values.map { Float($0 * 17) }) / 255
        case 6: return SIMD3((0..<3).map { Float(values[2 * $0] * 16 + values[2 * $0 + 1]) }) / 255
        default: return nil
        }
    }

    /// The background for frames of a size: a file is scaled to cover the frame and cropped about its centre.
    func background(width: Int, height: Int) throws(EngineError) -> Background {
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
