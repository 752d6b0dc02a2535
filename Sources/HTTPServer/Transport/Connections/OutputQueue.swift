import DequeModule
import Glibc
import HTTPCore

/// What waits to be written to a connection, in order.
struct OutputQueue {
    enum Piece {
        /// Bytes, and what its writer is given back when they are gone.
        case bytes([UInt8], credit: Int)
        case file(FileHandle, Range<Int>, credit: Int)
        /// A response ends here.
        case end(End)
    }

    /// A request that is over when the socket has taken what is queued before.
    struct End {
        var request: FinishedRequest
        let started: MonotonicTime
    }

    /// What became of a piece.
    struct Progress {
        /// Given back to the writers.
        var credit = 0
        /// Responses of which everything is written.
        var finished: [End] = []
    }

    private var pieces = Deque<Piece>()
    /// Bytes of the first piece that are gone.
    private var sent = 0
    /// Bytes that wait.
    private(set) var count = 0

    var isEmpty: Bool { pieces.isEmpty }
    var first: Piece? { pieces.first }

    mutating func append(_ bytes: [UInt8], credit: Int = 0) {
        guard !bytes.isEmpty || credit > 0 else { return }
        count += bytes.count
        pieces.append(.bytes(bytes, credit: credit))
    }

    mutating func append(_ file: FileHandle, _ range: Range<Int>, credit: Int) {
        count += range.count
        pieces.append(.file(file, range, credit: credit))
    }

    mutating func append(_ end: End) {
        pieces.append(.end(end))
    }

    /// Drops everything.
    mutating func removeAll() -> [End] {
        defer { self = OutputQueue() }
        return pieces.compactMap { if case .end(let end) = $0 { end } else { nil } }
    }

    /// The file part that comes next.
    var nextFile: (file: FileHandle, range: Range<Int>)? {
        guard case .file(let file, let range, _) = pieces.first else { return nil }
        return (file, range.lowerBound + sent..<range.upperBound)
    }

    /// Calls `body` with the bytes before the next file, in at most 16 parts.
    func withNextBytes<Result>(_ body: (UnsafeBufferPointer<iovec>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: iovec.self, capacity: 16) { parts in
            var used = 0
            var skipped = sent
            scan: for piece in pieces {
                switch piece {
                case .file: break scan
                case .end: continue
                case .bytes(let bytes, _):
                    guard used < parts.count else { break scan }
                    // The queue holds the array, which nothing changes while it waits, so its storage stays where it is.
                    bytes.withUnsafeBytes { bytes in
                        guard bytes.count > skipped else { return }
                        parts[used] = iovec(
                            iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress! + skipped),
                            iov_len: bytes.count - skipped)
                        used += 1
                    }
                    skipped = 0
                }
            }
            return body(UnsafeBufferPointer(rebasing: parts[..<used]))
        }
    }

    /// Takes `count` bytes off the front, and whatever ends with them.
    mutating func remove(_ count: Int) -> Progress {
        var progress = Progress()
        var left = count
        self.count -= count
        loop: while let piece = pieces.first {
            switch piece {
            case .bytes(let bytes, let credit):
                guard left >= bytes.count - sent else { break loop }
                left -= bytes.count - sent
                progress.credit += credit
            case .file(_, let range, let credit):
                guard left >= range.count - sent else { break loop }
                left -= range.count - sent
                progress.credit += credit
            case .end(let end):
                progress.finished.append(end)
            }
            pieces.removeFirst()
            sent = 0
        }
        sent += left
        return progress
    }
}
