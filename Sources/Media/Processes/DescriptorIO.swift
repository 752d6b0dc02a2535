import Foundation

/// Blocking reads and writes on a descriptor that carry on after a signal.
enum DescriptorIO {
    /// Writes everything; false, with `errno` set, if the other end is gone or the disk is full.
    static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return false }
            offset += count
        }
        return true
    }

    /// Bytes read: 0 at the end, negative with `errno` set on an error.
    static func readSome(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int {
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            return count
        }
    }
}
