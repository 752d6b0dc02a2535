import Engine

extension Picture {
    /// The bytes of the picture with its last column and row repeated where its width or height is odd.
    func paddedToEven() -> [UInt8] {
        guard width % 2 == 1 || height % 2 == 1 else { return bytes }
        let stride = width * channels
        var padded: [UInt8] = []
        padded.reserveCapacity((width + 1) * (height + 1) * channels)
        for y in 0..<height + height % 2 {
            let row = bytes[min(y, height - 1) * stride..<(min(y, height - 1) + 1) * stride]
            padded += row
            if width % 2 == 1 { padded += row.suffix(channels) }
        }
        return padded
    }
}
