import Synchronization

/// Counts what happens, and knows from it how fast the pool is.
final class JobMeter: Sendable {
    private struct State {
        var counts = JobStatistics()
        /// Frames a second of one worker, smoothed; nil before the first segment.
        var workerRate: Double?
        /// Frames of a job, smoothed.
        var jobFrames: Double?
        var workers = 0
    }

    /// How much of a smoothed value each new one makes up.
    private static let share = 0.2

    private let state = Mutex(State())

    var counts: JobStatistics { state.withLock { $0.counts } }

    /// Frames a second of one worker, as lately measured.
    var workerRate: Double? { state.withLock { $0.workerRate } }

    /// Frames a second of the whole pool when it is busy.
    var poolRate: Double? {
        state.withLock { state in state.workerRate.map { $0 * Double(max(1, state.workers)) } }
    }

    /// How many frames a job has, as a rule.
    var framesPerJob: Double? { state.withLock { $0.jobFrames } }

    var workers: Int { state.withLock { $0.workers } }

    func setWorkers(_ count: Int) { state.withLock { $0.workers = count } }

    func submitted() { state.withLock { $0.counts.submitted += 1 } }

    func refused(_ code: JobsError.Code) { state.withLock { $0.counts.refused[code.rawValue, default: 0] += 1 } }

    func retried() { state.withLock { $0.counts.retries += 1 } }

    func note(_ event: JobEvent) {
        state.withLock { state in
            switch event {
            case .planned(let plan, _): Self.smooth(&state.jobFrames, Double(plan.frameCount))
            case .segmentCommitted(_, let frames, let seconds, _):
                state.counts.framesRendered += frames
                state.counts.renderSeconds += seconds
                if seconds > 0 { Self.smooth(&state.workerRate, Double(frames) / seconds) }
            case .finished: state.counts.completed += 1
            case .failed: state.counts.failed += 1
            case .cancelRequested: state.counts.canceled += 1
            case .started, .expired: break
            }
        }
    }

    private static func smooth(_ value: inout Double?, _ new: Double) {
        value = value.map { $0 + share * (new - $0) } ?? new
    }
}
