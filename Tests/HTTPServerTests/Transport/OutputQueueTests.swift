import Glibc
import HTTPCore
import Testing

@testable import HTTPServer

@Suite struct OutputQueueTests {
    private static func end(_ id: String) -> OutputQueue.End {
        let request = FinishedRequest(id: id, method: "GET", target: "/", remoteAddress: "::1")
        return OutputQueue.End(request: request, started: MonotonicTime(nanoseconds: 0))
    }

    private static func nextBytes(_ queue: OutputQueue) -> [UInt8] {
        queue.withNextBytes { parts in
            parts.flatMap { [UInt8](UnsafeRawBufferPointer(start: $0.iov_base, count: $0.iov_len)) }
        }
    }

    /// Whatever number of bytes the socket takes at a time, all come in order and every credit comes once.
    @Test(arguments: 1...12)
    func everyStepGivesTheSameBytes(step: Int) {
        var queue = OutputQueue()
        queue.append(Array("head ".utf8))
        queue.append([])
        queue.append(Array("first ".utf8), credit: 6)
        queue.append(Self.end("1"))
        queue.append(Array("second".utf8), credit: 60)
        queue.append(Self.end("2"))
        var sent: [UInt8] = []
        var credit = 0
        var finished: [String] = []
        while !queue.isEmpty {
            let bytes = Self.nextBytes(queue)
            #expect(bytes.count == queue.count)
            let part = bytes.prefix(step)
            sent += part
            let progress = queue.remove(part.count)
            credit += progress.credit
            finished += progress.finished.map(\.request.id)
            // A response is over as soon as its last byte is gone.
            #expect(finished.contains("1") == (sent.count >= 11))
        }
        #expect(String(decoding: sent, as: UTF8.self) == "head first second")
        #expect(credit == 66)
        #expect(finished == ["1", "2"])
        #expect(queue.count == 0)
    }

    @Test func aFileStandsBetweenBytes() throws {
        let temporary = try TemporaryFile(count: 100)
        let file = try FileHandle(path: temporary.path)
        var queue = OutputQueue()
        queue.append(Array("ab".utf8))
        queue.append(file, 10..<30, credit: 7)
        queue.append(Array("cd".utf8))
        #expect(queue.count == 24)
        #expect(queue.nextFile == nil)
        #expect(Self.nextBytes(queue) == Array("ab".utf8))
        #expect(queue.remove(2).credit == 0)
        #expect(queue.nextFile?.range == 10..<30)
        #expect(Self.nextBytes(queue) == [])
        #expect(queue.remove(5).credit == 0)
        #expect(queue.nextFile?.range == 15..<30)
        #expect(queue.remove(15).credit == 7)
        #expect(queue.nextFile == nil)
        #expect(Self.nextBytes(queue) == Array("cd".utf8))
    }

    @Test func moreThanSixteenPartsGoInTurns() {
        var queue = OutputQueue()
        for byte in 0..<40 { queue.append([UInt8(byte)]) }
        #expect(Self.nextBytes(queue) == Array(0..<16))
        _ = queue.remove(16)
        #expect(Self.nextBytes(queue) == Array(16..<32))
    }

    @Test func whatIsDroppedNamesItsRequests() {
        var queue = OutputQueue()
        queue.append([1])
        queue.append(Self.end("1"))
        #expect(queue.removeAll().map(\.request.id) == ["1"])
        #expect(queue.isEmpty && queue.count == 0)
    }
}
