/// The bytes of one file, mapped or in memory, and the name that errors call it by.
///
/// `@unchecked Sendable`: the bytes are never written after `init` and live exactly as long as the object.
final class ByteSource: @unchecked Sendable {
    let name: String
    /// Valid only while this object lives. Everything that reads it goes through a checked range of `ByteCursor`.
    let bytes: UnsafeRawBufferPointer
    private let file: MappedFile?

    /// - Throws: `EngineError` `.unreadable` as `MappedFile`.
    convenience init(path: String) throws(EngineError) {
        self.init(file: try MappedFile(path: path))
    }

    init(file: MappedFile) {
        self.file = file
        name = file.path
        bytes = file.bytes
    }

    init(bytes: [UInt8], name: String) {
        file = nil
        self.name = name
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        copy.copyBytes(from: bytes)
        self.bytes = UnsafeRawBufferPointer(copy)
    }

    deinit {
        if file == nil { bytes.deallocate() }
    }

    /// Lets go of the pages of a range that will not be read again soon; they can be read again all the same.
    func release(_ range: Range<Int>) {
        file?.release(range)
    }

    func malformed(_ found: String, expected: String = "") -> EngineError {
        EngineError(
            .malformed, name, found: found, expected: expected, remedy: "the file is damaged: copy or download it again")
    }

    func unsupported(_ found: String, expected: String = "", remedy: String = "") -> EngineError {
        EngineError(.unsupported, name, found: found, expected: expected, remedy: remedy)
    }
}
