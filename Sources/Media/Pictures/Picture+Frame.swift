import Engine

extension Picture {
    /// The bytes of a rendered frame: clipped to [0, 1], times 255, truncated (reference item 15).
    ///
    /// A frame with alpha becomes straight RGBA: its premultiplied colours are divided by their alpha, and are black where
    /// nothing is there at all.
    public init(_ frame: Frame) {
        let pixels = frame.width * frame.height
        guard let alpha = frame.alpha else {
            self.init(width: frame.width, height: frame.height, channels: 3, bytes: Self.bytes(frame.rgb))
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

    /// `byte` of each, without branches: so the compiler does several at once.
    private static func bytes(_ values: [Float]) -> [UInt8] {
        // At this size a float's last bit is worth one, so adding it rounds, to even, and its low bits are the integer.
        let large: Float = 0x1p23
        return [UInt8](unsafeUninitializedCapacity: values.count) { buffer, initialized in
            values.withUnsafeBufferPointer { values in
                for index in values.indices {
                    let positive = values[index] > 0 ? values[index] : 0
                    let scaled = (positive < 1 ? positive : 1) * 255
                    let rounded = (scaled + large) - large
                    let truncated = rounded > scaled ? rounded - 1 : rounded
                    buffer[index] = UInt8(truncatingIfNeeded: (truncated + large).bitPattern)
                }
            }
            initialized = values.count
        }
    }

    /// A component in [0, 1] as a byte; what is not a number is black.
    static func byte(_ value: Float) -> UInt8 {
        guard value > 0 else { return 0 }
        return value < 1 ? UInt8(value * 255) : 255
    }
}
