import Engine

/// Reads pictures of the formats that avatars and backgrounds come in.
public enum PictureFile {
    /// Decodes a JPEG or a PNG file, recognised by its content and not by its name.
    ///
    /// - Returns: an RGB picture, or RGBA (straight alpha) for a PNG that has transparency. Embedded colour profiles
    ///   and
    ///   gamma are ignored, as they are by the tools that trained the avatar.
    /// - Throws: `.unreadable` for a missing file, `.malformed` for a truncated or corrupt one, `.unsupported` for
    ///   another
    ///   format, `.invalidValue` for a picture beyond `MediaLimits`.
    public static func read(_ path: String) throws(EngineError) -> Picture {
        let file = try MappedFile(path: path)
        return try withExtendedLifetime(file) { () throws(EngineError) in try decode(file.bytes, name: path) }
    }

    /// Decodes a JPEG or a PNG from memory, for example an upload.
    ///
    /// What it declares is held against `MediaLimits` before anything is allocated.
    ///
    /// - Parameter name: what errors call it.
    /// - Throws: as for a file.
    public static func read(_ bytes: [UInt8], name: String) throws(EngineError) -> Picture {
        try bytes.withUnsafeBufferPointer { data throws(EngineError) in
            try decode(UnsafeRawBufferPointer(data), name: name)
        }
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer, name: String) throws(EngineError) -> Picture {
        if JPEGCodec.recognizes(bytes) { return try JPEGCodec.decode(bytes, name: name) }
        if PNGCodec.recognizes(bytes) { return try PNGCodec.decode(bytes, name: name) }
        throw EngineError(
            .unsupported, name, found: bytes.isEmpty ? "an empty file" : "neither JPEG nor PNG",
            expected: "a JPEG or PNG picture", remedy: "convert it, for example with ffmpeg")
    }

    /// Checks the size that a picture declares.
    static func check(width: Int, height: Int, name: String) throws(EngineError) {
        let limit = MediaLimits.pictureSide
        guard (1...limit).contains(width), (1...limit).contains(height), width * height <= MediaLimits.picturePixels
        else {
            throw EngineError(
                .invalidValue, name, found: "a picture of \(width) x \(height) pixels",
                expected: "1 to \(limit) a side and \(MediaLimits.picturePixels) in all", remedy: "scale it down")
        }
    }
}
