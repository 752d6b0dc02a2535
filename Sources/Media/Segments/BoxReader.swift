/// Finds boxes of an ISO base media file (ISO/IEC 14496-12 section 4.2) by their headers alone.
enum BoxReader {
    struct Box: Equatable {
        let type: String
        /// Where its header starts.
        let start: Int
        /// What follows the header.
        let content: Range<Int>
        var end: Int { content.upperBound }
    }

    /// The boxes that fill a range, in order; those before the first one that does not fit.
    static func boxes(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> [Box] {
        var boxes: [Box] = []
        var start = range.lowerBound
        while range.upperBound - start >= 8 {
            var size: Int? = Int(word(bytes, start))
            var header = 8
            if size == 1 {
                // A 64-bit size follows the type.
                guard range.upperBound - start >= 16 else { break }
                size = long(bytes, start + 8)
                header = 16
            } else if size == 0 {
                // To the end of the file.
                size = range.upperBound - start
            }
            guard let size, size >= header, size <= range.upperBound - start else { break }
            let type = String(decoding: bytes[start + 4..<start + 8], as: UTF8.self)
            boxes.append(Box(type: type, start: start, content: start + header..<start + size))
            start += size
        }
        return boxes
    }

    /// The boxes inside all boxes of a path from the top: `["moov", "trak"]` gives what is in every track.
    static func boxes(in bytes: UnsafeRawBufferPointer, at path: [String]) -> [Box] {
        var level = boxes(in: bytes, 0..<bytes.count)
        for type in path { level = level.filter { $0.type == type }.flatMap { boxes(in: bytes, $0.content) } }
        return level
    }

    /// Four bytes, big-endian; the caller knows that they are there.
    static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Eight bytes, big-endian; nil if they are no `Int`.
    static func long(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int? {
        Int(exactly: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
    }
}
