import Engine

/// Frames as files of a folder, named by their number: `00017.png` for frame 17.
///
/// Each file is complete as soon as it is there. An interrupted rendering leaves those that it finished.
public struct FolderSink: FrameSink {
    public enum Format: String, Sendable, CaseIterable {
        /// 8-bit RGB, or RGBA (straight alpha) over a transparent background.
        case png
        /// float32 `[H, W, 3]` before clipping; over a transparent background `[H, W, 4]`, colours premultiplied.
        case npy
    }

    public let folder: String
    public let format: Format

    /// - Throws: `.unwritable` if the folder cannot be made; the one above it must exist.
    public init(folder: String, format: Format) throws(EngineError) {
        try OutputFolder.create(folder)
        self.folder = folder
        self.format = format
    }

    public func write(_ frame: Frame, number: Int) throws(EngineError) {
        let digits = String(number)
        let name = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        let path = "\(folder)/\(name).\(format.rawValue)"
        switch format {
        case .png:
            try PNGFile.write(Picture(frame), to: path)
        case .npy:
            let channels = frame.alpha == nil ? 3 : 4
            let tensor = Tensor(shape: [frame.height, frame.width, channels], values: frame.interleaved())
            try OutputFile(path).write(NumpyFile.encode(tensor))
        }
    }

    public func finish() {}
    public func abandon() {}
}

extension Frame {
    /// The colours, each followed by its alpha where there is one.
    fileprivate func interleaved() -> [Float] {
        guard let alpha else { return rgb }
        var values: [Float] = []
        values.reserveCapacity(alpha.count * 4)
        for (pixel, coverage) in alpha.enumerated() {
            values += rgb[pixel * 3..<pixel * 3 + 3]
            values.append(coverage)
        }
        return values
    }
}
