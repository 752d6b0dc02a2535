import Engine

/// Writes PNG files.
public enum PNGFile {
    /// Writes a picture, replacing a file of that name in one step.
    ///
    /// - Throws: `.unwritable` if the file cannot be written.
    public static func write(_ picture: Picture, to path: String) throws(EngineError) {
        let output = try OutputFile(path)
        try output.write(try PNGCodec.encode(picture, name: path))
    }
}
