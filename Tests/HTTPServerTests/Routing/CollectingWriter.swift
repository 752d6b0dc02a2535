import Glibc
import HTTPServer
import Synchronization

/// Keeps what is written.
final class CollectingWriter: ResponseWriter {
    private let collected = Mutex<[UInt8]>([])

    var bytes: [UInt8] {
        collected.withLock { $0 }
    }

    var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    func write(_ bytes: [UInt8]) async throws {
        collected.withLock { $0 += bytes }
    }

    func write(_ file: FileHandle, _ range: Range<Int>) async throws {
        var bytes = [UInt8](repeating: 0, count: range.count)
        let count = pread(file.descriptor, &bytes, range.count, range.lowerBound)
        precondition(count == range.count)
        collected.withLock { $0 += bytes }
    }
}
