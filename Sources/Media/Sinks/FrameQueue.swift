import Dispatch
import Engine
import Synchronization

/// Writes frames to a sink while the next ones are being rendered.
///
/// At most `capacity` frames wait to be written: a renderer that is ahead waits too, so memory stays bounded.
public final class FrameQueue: Sendable {
    private let sink: any FrameSink
    private let places: DispatchSemaphore
    private let writing = DispatchQueue(label: "adnerf.frame-queue")
    private let failure = Mutex<EngineError?>(nil)

    public init(sink: any FrameSink, capacity: Int = 2) {
        self.sink = sink
        places = DispatchSemaphore(value: capacity)
    }

    /// Queues a frame; waits while the queue is full.
    ///
    /// - Throws: what the sink threw for an earlier frame.
    public func put(_ frame: Frame, number: Int) throws(EngineError) {
        places.wait()
        if let error = failure.withLock({ $0 }) {
            places.signal()
            throw error
        }
        writing.async { [self] in
            defer { places.signal() }
            guard failure.withLock({ $0 == nil }) else { return }
            do throws(EngineError) {
                try sink.write(frame, number: number)
            } catch {
                failure.withLock { $0 = error }
            }
        }
    }

    /// Waits until everything is written and completes the output.
    ///
    /// - Throws: what the sink threw; the output is then abandoned.
    public func finish() throws(EngineError) {
        writing.sync {}
        if let error = failure.withLock({ $0 }) {
            sink.abandon()
            throw error
        }
        try sink.finish()
    }

    /// Waits for the frame being written and removes what is not complete.
    public func abandon() {
        writing.sync {}
        sink.abandon()
    }
}
