import Engine

/// Pictures for people of what an evaluation compares.
public enum SideBySide {
    /// Truth, picture and their difference, amplified about middle grey, from left to right.
    ///
    /// - Throws: `.inconsistent` if the pictures differ in size.
    public static func picture(
        truth: Picture, rendered: Picture, amplification: Int = 8
    ) throws(EngineError) -> Picture {
        let errors = try PictureComparison(rendered, truth: truth).errors
        let difference = errors.map { UInt8(min(max(128 + Int($0) * amplification, 0), 255)) }
        let row = truth.width * 3
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * errors.count)
        for y in 0..<truth.height {
            for part in [truth.bytes, rendered.bytes, difference] { bytes += part[y * row..<(y + 1) * row] }
        }
        return Picture(width: 3 * truth.width, height: truth.height, channels: 3, bytes: bytes)
    }
}
