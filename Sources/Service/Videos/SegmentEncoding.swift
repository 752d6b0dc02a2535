import Engine
import Media
import Synchronization

/// The encoder of one segment, for whichever thread has a picture for it, with the time that it has taken.
final class SegmentEncoding: Sendable {
    private struct State {
        let encoder: SegmentEncoder
        var busy = Duration.zero
    }

    private let state: Mutex<State>

    /// - Throws: `.toolFailed` if ffmpeg is missing.
    init(_ layout: VideoLayout) throws {
        state = Mutex(State(encoder: try SegmentEncoder(layout)))
    }

    /// Time spent encoding so far.
    var busy: Duration { state.withLock { $0.busy } }

    func append(_ picture: Picture) throws {
        try measured { try $0.append(picture) }
    }

    func finish() throws -> EncodedSegment {
        try measured { try $0.finish() }
    }

    private func measured<Value: Sendable>(_ body: (SegmentEncoder) throws -> Value) throws -> Value {
        try state.withLock { state in
            let start = ContinuousClock.now
            defer { state.busy += ContinuousClock.now - start }
            return try body(state.encoder)
        }
    }
}
