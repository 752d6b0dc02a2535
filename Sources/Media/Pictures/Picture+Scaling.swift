import Engine

extension Picture {
    /// The whole picture at another size, by a separable, antialiased Lanczos filter.
    ///
    /// - Throws: `.invalidValue` for a size beyond `MediaLimits`.
    public func scaled(toWidth width: Int, height: Int) throws(EngineError) -> Picture {
        try resampled(
            columns: 0..<Double(self.width), rows: 0..<Double(self.height), toWidth: width, height: height)
    }

    /// The picture scaled until it covers a frame, and cropped about its centre where it is larger.
    ///
    /// - Throws: `.invalidValue` for a size beyond `MediaLimits`.
    public func filling(width: Int, height: Int) throws(EngineError) -> Picture {
        try PictureFile.check(width: width, height: height, name: "picture size")
        // The part of the source with the frame's proportions.
        let scale = min(Double(self.width) / Double(width), Double(self.height) / Double(height))
        let (across, down) = (Double(width) * scale, Double(height) * scale)
        let (left, top) = ((Double(self.width) - across) / 2, (Double(self.height) - down) / 2)
        return try resampled(columns: left..<left + across, rows: top..<top + down, toWidth: width, height: height)
    }

    private func resampled(
        columns: Range<Double>, rows: Range<Double>, toWidth width: Int, height: Int
    ) throws(EngineError) -> Picture {
        try PictureFile.check(width: width, height: height, name: "picture size")
        let across = ResamplingFilter(input: self.width, window: columns, output: width)
        let down = ResamplingFilter(input: self.height, window: rows, output: height)
        // Colours are weighted by their alpha, or what is invisible would bleed into what is not.
        let wide = filterRows(across)
        let both = Self.filterColumns(wide, width: width, channels: channels, down)
        return Picture(width: width, height: height, channels: channels, bytes: Self.bytes(both, channels: channels))
    }

    /// `[height, width, channels]` -> `[height, filter's outputs, channels]`, values in 0...255, colours times alpha.
    private func filterRows(_ filter: ResamplingFilter) -> [Float] {
        let outputs = filter.starts.count
        var result = [Float](repeating: 0, count: height * outputs * channels)
        var source = [Float](repeating: 0, count: width * channels)
        for y in 0..<height {
            loadPremultiplied(row: y, into: &source)
            for x in 0..<outputs {
                let first = filter.starts[x] * channels
                let target = (y * outputs + x) * channels
                for tap in 0..<filter.taps {
                    let weight = filter.weights[x * filter.taps + tap]
                    for channel in 0..<channels {
                        result[target + channel] += weight * source[first + tap * channels + channel]
                    }
                }
            }
        }
        return result
    }

    /// `[height, width, channels]` -> `[filter's outputs, width, channels]`.
    private static func filterColumns(
        _ source: [Float], width: Int, channels: Int, _ filter: ResamplingFilter
    ) -> [Float] {
        let stride = width * channels
        var result = [Float](repeating: 0, count: filter.starts.count * stride)
        for y in filter.starts.indices {
            for tap in 0..<filter.taps {
                let weight = filter.weights[y * filter.taps + tap]
                let row = (filter.starts[y] + tap) * stride
                for x in 0..<stride { result[y * stride + x] += weight * source[row + x] }
            }
        }
        return result
    }

    private func loadPremultiplied(row: Int, into values: inout [Float]) {
        for index in values.indices { values[index] = Float(bytes[row * width * channels + index]) }
        guard channels == 4 else { return }
        for x in 0..<width {
            let alpha = values[x * 4 + 3] / 255
            for channel in 0..<3 { values[x * 4 + channel] *= alpha }
        }
    }

    private static func bytes(_ values: [Float], channels: Int) -> [UInt8] {
        func byte(_ value: Float) -> UInt8 { UInt8(min(max(value, 0), 255).rounded()) }
        guard channels == 4 else { return values.map(byte) }
        var result: [UInt8] = []
        result.reserveCapacity(values.count)
        for pixel in 0..<values.count / 4 {
            let alpha = values[pixel * 4 + 3]
            for channel in 0..<3 {
                result.append(alpha > 0 ? byte(values[pixel * 4 + channel] / alpha * 255) : 0)
            }
            result.append(byte(alpha))
        }
        return result
    }
}
