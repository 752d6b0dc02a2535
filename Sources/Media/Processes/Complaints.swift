import Foundation
import Synchronization

/// The end of what a child process writes to its standard error, read by a thread of its own so that the child never
/// waits for a reader.
final class Complaints: Sendable {
    private let tail = Mutex<[UInt8]>([])
    private let drained = DispatchGroup()

    /// - Parameter descriptor: the pipe's reading end, closed here at its end.
    init(draining descriptor: Int32) {
        drained.enter()
        Thread.detachNewThread { [self] in
            withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { buffer in
                while true {
                    let count = DescriptorIO.readSome(buffer, from: descriptor)
                    guard count > 0 else { break }
                    tail.withLock {
                        $0 += buffer[..<count]
                        $0.removeFirst(max(0, $0.count - MediaLimits.complaint))
                    }
                }
            }
            close(descriptor)
            drained.leave()
        }
    }

    func waitUntilDrained() {
        drained.wait()
    }

    /// The end of it.
    var text: String { String(decoding: tail.withLock { $0 }, as: UTF8.self) }

    /// The last lines, joined into one that fits an error message.
    var summary: String {
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            // ffmpeg puts the component's name and address in front of its messages.
            line.replacing(#/^(\[[^\]]* @ 0x[0-9a-f]+\] ?)+/#, with: "").trimmingPrefix(while: \.isWhitespace)
        }
        return lines.filter { !$0.isEmpty }.suffix(2).joined(separator: "; ").suffixed(300)
    }
}

extension String {
    fileprivate func suffixed(_ count: Int) -> String {
        self.count <= count ? self : "..." + suffix(count)
    }
}
