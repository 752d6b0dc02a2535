import Glibc

extension FileHandle {
    /// Reads what lies at `range`, or the first part of it.
    ///
    /// - Returns: how many bytes; 0 at the file's end, -1 on failure.
    func read(_ range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let count = pread(descriptor, buffer.baseAddress, min(range.count, buffer.count), off_t(range.lowerBound))
            if count >= 0 || errno != EINTR { return count }
        }
    }
}
