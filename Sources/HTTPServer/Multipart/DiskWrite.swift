import Glibc
import HTTPTypes

/// Writing to files, so that a full disk is told to the client and any other trouble to the log.
enum DiskWrite {
    /// Writes everything.
    ///
    /// - Throws: 507 if the disk or the quota is full, `StorageError` otherwise.
    static func all(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws {
        try bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { throw error(errno, "a temporary file") }
                offset += count
            }
        }
    }

    static func error(_ reason: Int32, _ path: String) -> any Error {
        guard reason == ENOSPC || reason == EDQUOT else { return StorageError(path: path, reason: reason) }
        return HTTPError(
            .insufficientStorage, detail: "the server's disk is full; send less, delete videos, or try again later")
    }
}

/// A file that could not be made, written or moved, for the log.
struct StorageError: Error, CustomStringConvertible {
    let path: String
    /// `errno`.
    let reason: Int32

    var description: String {
        "\(path): \(String(cString: strerror(reason)))"
    }
}
