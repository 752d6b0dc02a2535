import Engine

/// The chunks of a PNG file (W3C PNG specification, section 5).
struct PNGChunks {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    let width: Int
    let height: Int
    let hasAlpha: Bool
    /// The file without its ancillary chunks, `tRNS` apart.
    ///
    /// Dropping `gAMA`, `cHRM`, `sRGB` and `iCCP` keeps libpng from converting the stored bytes: the avatar's background is
    /// what the file holds, not what a colour-managed viewer would show.
    let essential: [UInt8]

    init(_ bytes: UnsafeRawBufferPointer, name: String) throws(EngineError) {
        var kept = Self.signature
        kept.reserveCapacity(bytes.count)
        var (width, height, hasAlpha) = (0, 0, false)
        var offset = Self.signature.count
        var type = ""
        while type != "IEND" {
            // Length, type and checksum take twelve bytes.
            guard bytes.count - offset >= 12 else { throw Self.truncated(name, at: bytes.count) }
            let length = Int(Self.word(bytes, offset))
            guard length <= bytes.count - offset - 12 else { throw Self.truncated(name, at: bytes.count) }
            type = String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self)
            if type == "IHDR", length == 13, width == 0 {
                width = Int(Self.word(bytes, offset + 8))
                height = Int(Self.word(bytes, offset + 12))
                // Colour types 4 and 6 carry an alpha channel.
                hasAlpha = bytes[offset + 17] & 4 != 0
            }
            if type == "tRNS" { hasAlpha = true }
            if ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].contains(type) {
                kept += bytes[offset..<offset + 12 + length]
            }
            offset += 12 + length
        }
        self.width = width
        self.height = height
        self.hasAlpha = hasAlpha
        essential = kept
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private static func truncated(_ name: String, at end: Int) -> EngineError {
        EngineError(
            .malformed, name, found: "a PNG that ends early, after \(end) bytes", expected: "an IEND chunk",
            remedy: "copy or save the picture again")
    }
}
