import Engine
import Synchronization

/// Frames as a video file.
public final class VideoSink: FrameSink {
    private let writer: Mutex<VideoWriter>

    public init(_ writer: sending VideoWriter) {
        self.writer = Mutex(writer)
    }

    public func write(_ frame: Frame, number: Int) throws(EngineError) {
        let picture = Picture(frame)
        try writer.withLock { writer throws(EngineError) in try writer.append(picture) }
    }

    public func finish() throws(EngineError) {
        try writer.withLock { writer throws(EngineError) in try writer.finish() }
    }

    public func abandon() {
        writer.withLock { $0.abandon() }
    }
}
