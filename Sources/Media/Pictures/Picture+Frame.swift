import Engine

extension Picture {
    /// The bytes of a rendered frame: clipped to [0, 1], times 255, truncated (reference item 15).
    ///
    /// A frame with alpha becomes straight RGBA: its premultiplied colours are divided by their alpha, and are black where
    /// nothing is there at all.
    public init(_ frame: Frame) {
        let pixels = frame.width * frame.height
        guard let alpha = frame.alpha else {
            self.init(width: frame.width, height: frame.height, channels: 3, bytes: frame.rgb.map(Self.byte))
            return
        }
        let bytes = [UInt8](unsafeUninitializedCapacity: pixels * 4) { buffer, initialized in
            for pixel in 0..<pixels {
                let coverage = alpha[pixel]
                for channel in 0..<3 {
                    let color = coverage > 0 ? frame.rgb[pixel * 3 + channel] / coverage : 0
                    buffer.initializeElement(at: pixel * 4 + channel, to: Self.byte(color))
                }
                buffer.initializeElement(at: pixel * 4 + 3, to: Self.byte(coverage))
            }
            initialized = pixels * 4
        }
        self.init(width: frame.width, height: frame.height, channels: 4, bytes: bytes)
    }

    /// A component in [0, 1] as a byte; what is not a number is black.
    private static func byte(_ value: Float) -> UInt8 {
        guard value > 0 else { return 0 }
        return value < 1 ? UInt8(value * 255) : 255
    }
}
