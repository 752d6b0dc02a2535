import CTurboJPEG
import Engine

/// JPEG through libjpeg-turbo's TurboJPEG interface.
public enum JPEGCodec {
    static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.starts(with: [0xFF, 0xD8, 0xFF])
    }

    /// Decodes with the accurate integer DCT and smooth chroma upsampling: the same bytes as Pillow's.
    static func decode(_ bytes: UnsafeRawBufferPointer, name: String) throws(EngineError) -> Picture {
        guard let decoder = tjInitDecompress() else { throw failure(nil, name) }
        defer { tjDestroy(decoder) }
        let data = bytes.bindMemory(to: UInt8.self)
        let size = UInt(data.count)
        var (width, height, subsampling, colorspace): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard
            tjDecompressHeader3(decoder, data.baseAddress, size, &width, &height, &subsampling, &colorspace) == 0
        else { throw failure(decoder, name) }
        try PictureFile.check(width: Int(width), height: Int(height), name: name)
        guard colorspace != Int32(TJCS_CMYK.rawValue), colorspace != Int32(TJCS_YCCK.rawValue) else {
            throw EngineError(
                .unsupported, name, found: "a CMYK JPEG", expected: "RGB or gray", remedy: "convert it to RGB")
        }

        // A progressive file may hold thousands of scans that each cost a pass over the whole picture.
        let flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS
        var status: Int32 = 0
        let count = Int(width) * Int(height) * 3
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            // Rows that a truncated file leaves out would be uninitialised memory.
            buffer.initialize(repeating: 0)
            status = tjDecompress2(
                decoder, data.baseAddress, size, buffer.baseAddress, width, 0, height, Int32(TJPF_RGB.rawValue), flags)
            initialized = count
        }
        guard status == 0 else { throw failure(decoder, name) }
        return Picture(width: Int(width), height: Int(height), channels: 3, bytes: pixels)
    }

    /// Encodes a picture, its alpha dropped, with 4:2:0 chroma.
    ///
    /// - Parameter quality: 1 to 100.
    public static func encode(_ picture: Picture, quality: Int) throws(EngineError) -> [UInt8] {
        guard (1...100).contains(quality) else {
            throw EngineError(.invalidValue, "JPEG quality", found: "\(quality)", expected: "1 to 100")
        }
        guard let encoder = tjInitCompress() else { throw failure(nil, "JPEG encoder") }
        defer { tjDestroy(encoder) }
        var output: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        defer { tjFree(output) }
        let format = picture.channels == 4 ? TJPF_RGBA : TJPF_RGB
        let status = picture.bytes.withUnsafeBufferPointer { pixels in
            tjCompress2(
                encoder, pixels.baseAddress, Int32(picture.width), 0, Int32(picture.height), Int32(format.rawValue),
                &output, &size, Int32(TJSAMP_420.rawValue), Int32(quality), TJFLAG_ACCURATEDCT)
        }
        guard status == 0, let output else { throw failure(encoder, "JPEG encoder") }
        return Array(UnsafeBufferPointer(start: output, count: Int(size)))
    }

    private static func failure(_ handle: tjhandle?, _ name: String) -> EngineError {
        let reason = tjGetErrorStr2(handle).map { String(cString: $0) } ?? "out of memory"
        return EngineError(
            .malformed, name, found: "a JPEG that cannot be decoded (\(reason))", remedy: "save the picture again")
    }
}
