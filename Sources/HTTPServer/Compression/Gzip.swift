import CZlib

/// The gzip format (RFC 1952) by zlib.
enum Gzip {
    /// Bytes below which the head, the trailer and the trouble cost more than they save.
    static let smallest = 1024

    /// - Parameter level: 1 is fast, 9 small.
    /// - Returns: nil if there is no memory for it.
    static func compress(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8]? {
        var stream = z_stream()
        // 15 bits of window, and 16 for gzip's head and trailer in place of zlib's.
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK, bytes.count <= UInt32.max >> 1
        else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var input = bytes
        return input.withUnsafeMutableBufferPointer { input in
            let output = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                // One call does it, because the output has room for the worst case.
                count = deflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(stream.total_out) : 0
            }
            return output.isEmpty ? nil : output
        }
    }

    /// Whether content of that type gets smaller: texts do, pictures and sounds are compressed already.
    static func pays(forType contentType: String) -> Bool {
        guard let type = MediaType(contentType) else { return false }
        switch (type.type, type.subtype) {
        case ("text", "event-stream"): return false
        case ("text", _), ("image", "svg+xml"): return true
        case ("application", let subtype):
            return ["json", "javascript", "xml", "yaml", "openapi+yaml", "vnd.apple.mpegurl", "manifest+json"].contains(
                subtype)
                || subtype.hasSuffix("+json") || subtype.hasSuffix("+xml") || subtype.hasSuffix("+yaml")
        default: return false
        }
    }
}
