import CPNG
import Engine

/// PNG through libpng's simplified interface, which reports errors by return value.
public enum PNGCodec {
    static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.starts(with: PNGChunks.signature)
    }

    /// Decodes every colour type and bit depth to 8-bit RGB, or RGBA where the file has transparency.
    static func decode(_ bytes: UnsafeRawBufferPointer, name: String) throws(EngineError) -> Picture {
        let chunks = try PNGChunks(bytes, name: name)
        try PictureFile.check(width: chunks.width, height: chunks.height, name: name)
        let channels = chunks.hasAlpha ? 4 : 3
        let count = chunks.width * chunks.height * channels
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        var decoded = false
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            // Rows that a damaged file leaves out would be uninitialised memory.
            buffer.initialize(repeating: 0)
            initialized = count
            decoded = chunks.essential.withUnsafeBytes { data in
                guard png_image_begin_read_from_memory(&image, data.baseAddress, data.count) != 0,
                    Int(image.width) == chunks.width, Int(image.height) == chunks.height
                else { return false }
                image.format = format(channels)
                // Without this libpng takes 16-bit samples for linear light.
                image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
                return png_image_finish_read(&image, nil, buffer.baseAddress, Int32(chunks.width * channels), nil) != 0
            }
        }
        // A warning (a wrong checksum in the data, say) leaves the picture incomplete as much as an error does.
        guard decoded, image.warning_or_error == 0 else { throw failure(image, name) }
        return Picture(width: chunks.width, height: chunks.height, channels: channels, bytes: pixels)
    }

    /// Encodes a picture as 8-bit RGB or RGBA.
    public static func encode(_ picture: Picture, name: String = "PNG encoder") throws(EngineError) -> [UInt8] {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(picture.width)
        image.height = UInt32(picture.height)
        image.format = format(picture.channels)
        defer { png_image_free(&image) }
        // Deflate's worst case is stored blocks: a few bytes in some thousands, and libpng's chunks of 8 KiB add 12 each.
        let raw = (picture.width * picture.channels + 1) * picture.height
        let capacity = raw + raw / 4 + 4_096
        var written = false
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
            var size = capacity
            written = picture.bytes.withUnsafeBufferPointer {
                png_image_write_to_memory(
                    &image, buffer.baseAddress, &size, 0, $0.baseAddress, Int32(picture.width * picture.channels), nil)
                    != 0
            }
            initialized = written ? size : 0
        }
        guard written else { throw failure(image, name) }
        return bytes
    }

    private static func format(_ channels: Int) -> UInt32 {
        UInt32(PNG_FORMAT_FLAG_COLOR) | (channels == 4 ? UInt32(PNG_FORMAT_FLAG_ALPHA) : 0)
    }

    private static func failure(_ image: png_image, _ name: String) -> EngineError {
        var message = image.message
        let reason = withUnsafeBytes(of: &message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return EngineError(
            .malformed, name, found: "a PNG that cannot be decoded (\(reason))", remedy: "save the picture again")
    }
}
