import Engine

/// Writes arrays as `.npy` files, format version 1.0, little-endian float32 in C order.
public enum NumpyWriter {
    /// - Throws: `.unwritable` if the file cannot be written.
    public static func write(_ values: [Float], shape: [Int], to path: String) throws(EngineError) {
        precondition(shape.reduce(1, *) == values.count, "an array's shape and its values must agree")
        let extents = shape.map { "\($0)," }.joined(separator: " ")
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
        // The data begin at a multiple of 64 bytes; the header ends with a line feed (numpy.lib.format).
        let preamble = 10
        let length = (preamble + header.utf8.count + 1 + 63) / 64 * 64 - preamble
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
        bytes += header.utf8
        bytes += repeatElement(UInt8(ascii: " "), count: length - header.utf8.count - 1)
        bytes.append(UInt8(ascii: "\n"))
        values.withUnsafeBytes { bytes += $0 }
        try OutputFile(path).write(bytes)
    }
}
