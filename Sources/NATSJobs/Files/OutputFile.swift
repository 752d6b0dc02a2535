#if NATS

import Foundation
import Jobs

/// A new file that is written from its beginning to its end.
final class OutputFile: Sendable {
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws(JobsError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Files.failure(path, "cannot be made") }
    }

    deinit { close(descriptor) }

    func write(_ data: Data) throws(JobsError) {
        var written = 0
        while written < data.count {
            let count = data.withUnsafeBytes { bytes in
                Foundation.write(descriptor, bytes.baseAddress! + written, data.count - written)
            }
            guard count > 0 || errno == EINTR else { throw Files.failure(path, "cannot be written") }
            written += max(0, count)
        }
    }
}

#endif
