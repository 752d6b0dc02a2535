import Foundation

/// NumPy's .npy files: one array, described by `numpy.lib.format` ("Format Version 1.0", "2.0", "3.0").
public enum NumpyFile {
    private static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]  // \x93NUMPY

    /// Reads an array of half, single or double floats in either byte order, in C or in Fortran order.
    ///
    /// Bytes after the array are not looked at, as in NumPy.
    /// - Throws: `EngineError` `.unreadable`, `.malformed` (no .npy, truncated, sizes that the file does not hold),
    ///   `.unsupported` (integers, objects, records, a version after 3).
    public static func read(path: String) throws(EngineError) -> Tensor {
        try read(ByteSource(path: path))
    }

    /// As `read(path:)`, from memory.
    /// - Parameter subject: what errors call the array.
    public static func read(bytes: [UInt8], subject: String) throws(EngineError) -> Tensor {
        try read(ByteSource(bytes: bytes, name: subject))
    }

    private static func read(_ source: ByteSource) throws(EngineError) -> Tensor {
        var cursor = ByteCursor(source)
        guard source.bytes.starts(with: magic) else {
            throw EngineError(
                .malformed, source.name, found: source.bytes.isEmpty ? "an empty file" : "no .npy file",
                expected: "the bytes \\x93NUMPY at its start", remedy: "save the array with numpy.save")
        }
        _ = try cursor.take(magic.count, "the magic string")
        let major = try cursor.byte("the version")
        _ = try cursor.byte("the version")
        // Version 2 widened the header's length to 32 bits, version 3 made the header UTF-8.
        let headerLength: Int
        switch major {
        case 1: headerLength = Int(try cursor.integer(UInt16.self, "the header's length"))
        case 2, 3: headerLength = Int(try cursor.integer(UInt32.self, "the header's length"))
        default:
            throw source.unsupported(
                "version \(major) of the .npy format", expected: "version 1, 2 or 3", remedy: "save it with numpy.save")
        }
        guard headerLength <= CheckpointLimits.numpyHeader else {
            throw source.malformed(
                "an .npy header of \(headerLength) bytes", expected: "at most \(CheckpointLimits.numpyHeader)")
        }
        let header = try NumpyHeader(try cursor.take(headerLength, "the .npy header"), of: source)
        return try values(header, cursor)
    }

    private static func values(_ header: NumpyHeader, _ cursor: ByteCursor) throws(EngineError) -> Tensor {
        let shape = header.shape
        guard let count = Extents.count(shape), count <= cursor.remaining / header.format.byteCount,
            let floats = StridedFloats(
                format: header.format, bigEndian: header.bigEndian,
                bytes: UnsafeRawBufferPointer(rebasing: cursor.source.bytes[cursor.position..<cursor.end]), shape: shape,
                strides: header.isFortran ? Extents.columnMajorStrides(shape) : Extents.rowMajorStrides(shape))
        else {
            throw cursor.source.malformed(
                "an array of shape \(Extents.text(shape)) with \(header.format.byteCount) bytes an element",
                expected: "one that fits the \(cursor.remaining) bytes after the header")
        }
        return withExtendedLifetime(cursor.source) { Tensor(shape: shape, values: floats.values()) }
    }

    /// The bytes of an .npy file of version 1.0 that holds the tensor as little-endian 32-bit floats in C order, its data
    /// aligned to 64 bytes.
    ///
    /// The tensor has at most 64 dimensions, NumPy's limit.
    public static func encode(_ tensor: Tensor) -> [UInt8] {
        precondition(tensor.shape.count <= CheckpointLimits.rank)
        let extents = tensor.shape.map(String.init).joined(separator: ", ")
        let tuple = tensor.shape.count == 1 ? "(\(extents),)" : "(\(extents))"
        let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': \(tuple), }"
        let unpadded = magic.count + 2 + 2 + dictionary.utf8.count + 1
        let padding = (64 - unpadded % 64) % 64
        let length = dictionary.utf8.count + padding + 1

        var bytes: [UInt8] = []
        bytes.reserveCapacity(unpadded + padding + tensor.values.count * 4)
        bytes += magic
        bytes += [1, 0, UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)]
        bytes += dictionary.utf8
        bytes += repeatElement(UInt8(ascii: " "), count: padding)
        bytes.append(UInt8(ascii: "\n"))
        tensor.values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Writes the tensor as `encode` has it; an existing file is replaced when the new one is complete.
    /// - Throws: `EngineError` `.unwritable`.
    public static func write(_ tensor: Tensor, to path: String) throws(EngineError) {
        do {
            try Data(encode(tensor)).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw EngineError(
                .unwritable, path, found: error.localizedDescription, remedy: "check the folder, its permissions and the disk")
        }
    }
}
