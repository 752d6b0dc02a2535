import Engine

extension Picture {
    /// The picture without its alpha channel, the colours as stored: Pillow's `convert("RGB")`.
    public var opaque: Picture {
        guard channels == 4 else { return self }
        var rgb: [UInt8] = []
        rgb.reserveCapacity(width * height * 3)
        for pixel in 0..<width * height { rgb += bytes[pixel * 4..<pixel * 4 + 3] }
        return Picture(width: width, height: height, channels: 3, bytes: rgb)
    }
}

extension Picture {
    /// The picture laid over white, without an alpha channel.
    var overWhite: Picture {
        guard channels == 4 else { return self }
        let rgb = [UInt8](unsafeUninitializedCapacity: width * height * 3) { rgb, count in
            for pixel in 0..<width * height {
                let alpha = Int(bytes[pixel * 4 + 3])
                for channel in 0..<3 {
                    let mixed = (Int(bytes[pixel * 4 + channel]) * alpha + 255 * (255 - alpha) + 127) / 255
                    rgb.initializeElement(at: pixel * 3 + channel, to: UInt8(mixed))
                }
            }
            count = width * height * 3
        }
        return Picture(width: width, height: height, channels: 3, bytes: rgb)
    }
}
