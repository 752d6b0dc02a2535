/// The directory of a zip file (PKWARE's APPNOTE.TXT): where each file's bytes lie.
struct ZipDirectory {
    /// A central directory header (APPNOTE 4.3.12).
    struct Entry {
        let flags: UInt16
        let method: UInt16
        let storedSize: UInt64
        let size: UInt64
        let headerOffset: UInt64
    }

    private let source: ByteSource
    private let entries: [String: Entry]
    /// In the order of the directory.
    let names: [String]

    /// - Throws: `EngineError` `.malformed` for a file that is no zip file or is truncated.
    init(_ source: ByteSource) throws(EngineError) {
        self.source = source
        let (count, start, end) = try Self.directory(source)
        var cursor = ByteCursor(source, checked: 0..<end)
        try cursor.seek(to: start, "the zip file's directory")
        var entries: [String: Entry] = [:]
        var names: [String] = []
        for _ in 0..<count {
            let (name, entry) = try Self.entry(&cursor)
            guard entries.updateValue(entry, forKey: name) == nil else {
                throw source.malformed("two files named \(Names.shown(name)) in the archive")
            }
            names.append(name)
        }
        self.entries = entries
        self.names = names
    }

    /// The bytes of a file that is stored as it is; nil if the archive has no such file.
    func range(of name: String) throws(EngineError) -> Range<Int>? {
        guard let entry = entries[name] else { return nil }
        let shown = Names.shown(name)
        guard entry.flags & 1 == 0 else {  // 4.4.4, bit 0: encrypted
            throw source.unsupported("\(shown) in the archive is encrypted", remedy: "save it again with torch.save")
        }
        guard entry.method == 0, entry.storedSize == entry.size else {  // 4.4.5
            throw source.unsupported(
                "\(shown) in the archive is compressed (method \(entry.method))", expected: "stored files, as torch.save writes",
                remedy: "save it again with torch.save, or zip it with -0")
        }
        // The local header (4.3.7) is read only for its length: its sizes are 0 where a data descriptor follows (4.3.9).
        var cursor = ByteCursor(source)
        try cursor.seek(to: entry.headerOffset, "a file of the archive")
        guard try cursor.integer(UInt32.self, "a local header") == 0x0403_4b50 else {
            throw source.malformed("no local header of \(shown) at byte \(entry.headerOffset) of the archive")
        }
        _ = try cursor.take(22, "a local header")
        let nameLength = try cursor.integer(UInt16.self, "a local header")
        let extraLength = try cursor.integer(UInt16.self, "a local header")
        guard try cursor.text(nameLength, "a local header's name") == name else {
            throw source.malformed("a local header of another file than \(shown) at byte \(entry.headerOffset)")
        }
        _ = try cursor.take(extraLength, "a local header's extra field")
        return try cursor.take(entry.size, "a file of the archive")
    }

    /// Finds the central directory through the record at the file's end (4.3.16), or its 64-bit twin (4.3.14, 4.3.15).
    private static func directory(_ source: ByteSource) throws(EngineError) -> (count: Int, start: UInt64, end: Int) {
        let recordSize = 22
        let lowest = max(0, source.bytes.count - recordSize - 0xffff)
        for position in stride(from: source.bytes.count - recordSize, through: lowest, by: -1) {
            var cursor = ByteCursor(source, checked: position..<source.bytes.count)
            guard try cursor.integer(UInt32.self, "the end record") == 0x0605_4b50 else { continue }
            _ = try cursor.take(6, "the end record")
            var count = UInt64(try cursor.integer(UInt16.self, "the end record"))
            _ = try cursor.take(4, "the end record")
            var start = UInt64(try cursor.integer(UInt32.self, "the end record"))
            guard try cursor.integer(UInt16.self, "the end record") == cursor.remaining else { continue }
            if count == 0xffff || start == 0xffff_ffff {
                (count, start) = try wideRecord(source, before: position) ?? (count, start)
            }
            guard count <= CheckpointLimits.archiveEntries else {
                throw source.malformed("a zip file of \(count) files", expected: "at most \(CheckpointLimits.archiveEntries)")
            }
            return (Int(count), start, position)
        }
        throw source.malformed("a zip file without the directory that ends it", expected: "a complete file")
    }

    /// The zip64 end record, found through the locator just before the plain one; nil where there is no locator.
    private static func wideRecord(_ source: ByteSource, before end: Int) throws(EngineError) -> (UInt64, UInt64)? {
        let locatorSize = 20
        guard end >= locatorSize else { return nil }
        var cursor = ByteCursor(source, checked: 0..<end)
        try cursor.seek(to: end - locatorSize, "the zip64 locator")
        guard try cursor.integer(UInt32.self, "the zip64 locator") == 0x0706_4b50 else { return nil }
        _ = try cursor.take(4, "the zip64 locator")
        try cursor.seek(to: try cursor.integer(UInt64.self, "the zip64 locator"), "the zip64 end record")
        guard try cursor.integer(UInt32.self, "the zip64 end record") == 0x0606_4b50 else {
            throw source.malformed("no zip64 end record where its locator points")
        }
        _ = try cursor.take(28, "the zip64 end record")
        let count = try cursor.integer(UInt64.self, "the zip64 end record")
        _ = try cursor.take(8, "the zip64 end record")
        return (count, try cursor.integer(UInt64.self, "the zip64 end record"))
    }

    private static func entry(_ cursor: inout ByteCursor) throws(EngineError) -> (String, Entry) {
        guard try cursor.integer(UInt32.self, "the zip file's directory") == 0x0201_4b50 else {
            throw cursor.source.malformed("no entry of the zip file's directory at byte \(cursor.position - 4)")
        }
        _ = try cursor.take(4, "a directory entry")
        let flags = try cursor.integer(UInt16.self, "a directory entry")
        let method = try cursor.integer(UInt16.self, "a directory entry")
        _ = try cursor.take(8, "a directory entry")  // time, date, CRC
        let storedSize = try cursor.integer(UInt32.self, "a directory entry")
        let size = try cursor.integer(UInt32.self, "a directory entry")
        let nameLength = try cursor.integer(UInt16.self, "a directory entry")
        let extraLength = try cursor.integer(UInt16.self, "a directory entry")
        let commentLength = try cursor.integer(UInt16.self, "a directory entry")
        _ = try cursor.take(8, "a directory entry")  // disk, attributes
        let offset = try cursor.integer(UInt32.self, "a directory entry")
        let name = try cursor.text(nameLength, "a directory entry's name")
        var wide = try wideFields(try cursor.slice(extraLength, "a directory entry's extra field"))
        _ = try cursor.take(commentLength, "a directory entry's comment")

        // 4.5.3: only the fields that are all ones in the entry are in the extra field, in this order.
        func widened(_ value: UInt32) throws(EngineError) -> UInt64 {
            guard value == .max, wide != nil else { return UInt64(value) }
            return try wide!.integer(UInt64.self, "a zip64 extra field")
        }
        let fullSize = try widened(size)
        let fullStoredSize = try widened(storedSize)
        let entry = Entry(
            flags: flags, method: method, storedSize: fullStoredSize, size: fullSize, headerOffset: try widened(offset))
        return (name, entry)
    }

    /// The extra field with id 1, zip64 (4.5.3).
    private static func wideFields(_ extra: ByteCursor) throws(EngineError) -> ByteCursor? {
        var cursor = extra
        while cursor.remaining >= 4 {
            let id = try cursor.integer(UInt16.self, "an extra field")
            let field = try cursor.slice(try cursor.integer(UInt16.self, "an extra field"), "an extra field")
            if id == 1 { return field }
        }
        return nil
    }
}
