#if NATS

import Foundation
import Jobs

/// A file that is read from its beginning to its end.
final class InputFile: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws(JobsError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Files.failure(path, "cannot be opened") }
    }

    deinit { close(descriptor) }

    /// The next `count` bytes; fewer only at the end.
    func read(_ count: Int) throws(JobsError) -> Data {
        var data = Data(count: count)
        var filled = 0
        while filled < count {
            let got = data.withUnsafeMutableBytes { bytes in
                Foundation.read(descriptor, bytes.baseAddress! + filled, count - filled)
            }
            if got == 0 { break }
            guard got > 0 || errno == EINTR else { throw Files.failure("file", "cannot be read") }
            filled += max(0, got)
        }
        return data.prefix(filled)
    }
}

#endif
