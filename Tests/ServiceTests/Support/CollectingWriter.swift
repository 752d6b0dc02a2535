import Glibc
import HTTPServer
import Synchronization

/// Keeps what is written, and tells when something is.
final class CollectingWriter: ResponseWriter {
    private let collected = Mutex<[UInt8]>([])
    private let wrote: @Sendable () async -> Void

    init(wrote: @escaping @Sendable () async -> Void = {}) {
        self.wrote = wrote
    }

    var bytes: [UInt8] { collected.withLock { $0 } }

    func write(_ bytes: [UInt8]) async throws {
        collected.withLock { $0 += bytes }
        await wrote()
    }

    func write(_ file: FileHandle, _ range: Range<Int>) async throws {
        var bytes = [UInt8](repeating: 0, count: range.count)
        let count = pread(file.descriptor, &bytes, range.count, off_t(range.lowerBound))
        precondition(count == range.count, "the file is as long as when it was opened")
        try await write(bytes)
    }
}
