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
