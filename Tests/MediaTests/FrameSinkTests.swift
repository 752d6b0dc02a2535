import Dispatch
import Engine
import Foundation
import Media
import Synchronization
import Testing

@Suite struct FrameSinkTests {
    @Test func foldersHoldNumberedPictures() throws {
        let scratch = try Scratch()
        let sink = try FolderSink(folder: scratch.file("frames"), format: .png)
        try sink.write(Frame(width: 1, height: 1, rgb: [0.999, 2, -1]), number: 17)
        try sink.write(Frame(width: 1, height: 1, rgb: [0.25, 0.25, 0], alpha: [0.5]), number: 123_456)
        #expect(try PictureFile.read(scratch.file("frames/00017.png")).bytes == [254, 255, 0])
        #expect(try PictureFile.read(scratch.file("frames/123456.png")).bytes == [127, 127, 0, 127])
    }

    @Test func foldersHoldArraysBeforeClipping() throws {
        let scratch = try Scratch()
        let sink = try FolderSink(folder: scratch.path, format: .npy)
        let values: [Float] = [1.5, -0.25, .pi, 0, 1, 2]
        try sink.write(Frame(width: 2, height: 1, rgb: values), number: 3)
        try sink.write(Frame(width: 2, height: 1, rgb: values, alpha: [0.5, 1]), number: 4)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: scratch.file("00003.npy"))))
        #expect(Array(bytes[..<8]) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
        let header = String(decoding: bytes[10..<128], as: UTF8.self)
        #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3"))
        #expect(header.hasSuffix("\n"))
        let stored = bytes[128...].withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        #expect(stored == values)
        let transparent = [UInt8](try Data(contentsOf: URL(filePath: scratch.file("00004.npy"))))
        #expect(transparent.count == 128 + 2 * 4 * 4)
    }

    @Test func missingParentsAreErrors() throws {
        let scratch = try Scratch()
        #expect(throws: EngineError.self) { try FolderSink(folder: scratch.file("a/b"), format: .png) }
        let file = try scratch.write("file", [1])
        let error = try #require(throws: EngineError.self) { try FolderSink(folder: file, format: .png) }
        #expect(error.found == "a file")
    }

    /// Records what reaches it; each frame waits for a permit.
    private final class Recorder: FrameSink {
        let permits = DispatchSemaphore(value: 0)
        let numbers = Mutex<[Int]>([])
        let endings = Mutex<[String]>([])
        let failing: Int?

        init(failing: Int? = nil) {
            self.failing = failing
        }

        func write(_ frame: Frame, number: Int) throws(EngineError) {
            permits.wait()
            if number == failing { throw EngineError(.unwritable, "disk", found: "full") }
            numbers.withLock { $0.append(number) }
        }

        func finish() { endings.withLock { $0.append("finish") } }
        func abandon() { endings.withLock { $0.append("abandon") } }
    }

    private let frame = Frame(width: 1, height: 1, rgb: [0, 0, 0])

    @Test func queuedFramesAreWrittenInOrder() throws {
        let sink = Recorder()
        let queue = FrameQueue(sink: sink)
        for _ in 0..<50 { sink.permits.signal() }
        for number in 0..<50 { try queue.put(frame, number: number) }
        try queue.finish()
        #expect(sink.numbers.withLock { $0 } == Array(0..<50))
        #expect(sink.endings.withLock { $0 } == ["finish"])
    }

    @Test func aFullQueueMakesTheRendererWait() throws {
        let sink = Recorder()
        let queue = FrameQueue(sink: sink, capacity: 2)
        try queue.put(frame, number: 0)
        try queue.put(frame, number: 1)
        let third = DispatchSemaphore(value: 0)
        DispatchQueue.global().async { [frame] in
            try? queue.put(frame, number: 2)
            third.signal()
        }
        #expect(third.wait(timeout: .now() + .milliseconds(50)) == .timedOut)
        for _ in 0..<3 { sink.permits.signal() }
        third.wait()
        try queue.finish()
        #expect(sink.numbers.withLock { $0 } == [0, 1, 2])
    }

    @Test func aFailedWriteEndsTheRendering() throws {
        let sink = Recorder(failing: 1)
        let queue = FrameQueue(sink: sink)
        for _ in 0..<100 { sink.permits.signal() }
        let error = try #require(throws: EngineError.self) {
            for number in 0..<100 { try queue.put(frame, number: number) }
        }
        #expect(error.found == "full")
        #expect(throws: EngineError.self) { try queue.finish() }
        #expect(sink.numbers.withLock { $0 } == [0])
        #expect(sink.endings.withLock { $0 } == ["abandon"])
    }
}
