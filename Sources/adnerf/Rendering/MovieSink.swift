import Engine
import Media
import Synchronization

/// Pictures as a video file.
final class MovieSink: PictureSink {
    private let writer: Mutex<VideoWriter>

    init(_ writer: sending VideoWriter) {
        self.writer = Mutex(writer)
    }

    func write(_ picture: Picture, number: Int) throws(EngineError) {
        try writer.withLock { writer throws(EngineError) in try writer.append(picture) }
    }

    func finish() throws(EngineError) {
        try writer.withLock { writer throws(EngineError) in try writer.finish() }
    }

    func abandon() {
        writer.withLock { $0.abandon() }
    }
}
