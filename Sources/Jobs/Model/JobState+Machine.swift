import Foundation

// | phase       | started     | planned           | segmentCommitted | finished          | failed | cancel   | expired |
// |-------------|-------------|-------------------|------------------|-------------------|--------|----------|---------|
// | queued      | in_progress | -                 | -                | -                 | failed | canceled | -       |
// | in_progress | same        | once, or the same | once planned     | once all are done | failed | canceled | -       |
// | any ended   | -           | -                 | -                | -                 | -      | -        | once    |
//
// Work is delivered at least once, so the events of workers may come again: the same news twice changes nothing.
extension JobState {
    /// Takes in an event.
    ///
    /// - Returns: what is to be done once the new state is stored, in order.
    /// - Throws: `.illegalTransition`, with the state as it was, when the event does not fit the state.
    public mutating func apply(_ event: JobEvent, at time: Date) throws(JobsError) -> [JobAction] {
        switch (phase, event) {
        case (.queued, .started):
            phase = .inProgress
            startedAt = time
            return []
        case (.inProgress, .started):
            return []
        case (.inProgress, .planned(let plan, let timings)):
            return try take(plan, timings)
        case (.inProgress, .segmentCommitted(let index, let frames, let seconds, let timings)):
            return try commit(index, frames: frames, seconds: seconds, timings, at: time)
        case (.inProgress, .finished(let artifact, let timings)):
            return try finish(artifact, timings, at: time)
        case (.queued, .failed(let failure)), (.inProgress, .failed(let failure)):
            self.failure = failure
            end(.failed, at: time)
            return [.dropWork, .removeFiles]
        case (.queued, .cancelRequested), (.inProgress, .cancelRequested):
            end(.canceled, at: time)
            return [.dropWork, .removeFiles]
        case (_, .expired) where phase.isEnded && !isExpired:
            expiredAt = time
            return [.removeFiles]
        default:
            throw illegal(event)
        }
    }

    private mutating func take(_ plan: JobPlan, _ timings: [String: Double]) throws(JobsError) -> [JobAction] {
        guard self.plan == nil else {
            guard self.plan == plan else { throw illegal(.planned(plan), "the job has another plan") }
            return []
        }
        self.plan = plan
        add(timings)
        return [.enqueue((0..<plan.segmentCount).map(WorkKind.segment))]
    }

    private mutating func commit(
        _ index: Int, frames: Int, seconds: Double, _ timings: [String: Double], at time: Date
    ) throws(JobsError) -> [JobAction] {
        let event = JobEvent.segmentCommitted(index: index, frames: frames, seconds: seconds)
        guard let plan else { throw illegal(event, "the job has no plan") }
        let expected = plan.frames(ofSegment: index).count
        guard expected > 0, expected == frames else {
            throw illegal(event, "segment \(index) of \(plan.segmentCount) has \(expected) frames")
        }
        guard committed.insert(index) else { return [] }
        framesDone += frames
        renderSeconds += max(0, seconds)
        marks = (marks + [Mark(time: time, frames: frames)]).suffix(Self.rateWindow)
        add(timings)
        return committed.count == plan.segmentCount ? [.enqueue([.finish])] : []
    }

    private mutating func finish(
        _ artifact: JobArtifact, _ timings: [String: Double], at time: Date
    ) throws(JobsError) -> [JobAction] {
        guard let plan, committed.count == plan.segmentCount else {
            throw illegal(.finished(artifact), "segments are missing")
        }
        self.artifact = artifact
        add(timings)
        end(.completed, at: time)
        return [.dropWork, .releaseInputs]
    }

    private mutating func end(_ phase: JobPhase, at time: Date) {
        self.phase = phase
        endedAt = time
        marks = phase == .completed ? marks : []
    }

    private mutating func add(_ timings: [String: Double]) {
        self.timings.merge(timings, uniquingKeysWith: +)
    }

    private func illegal(_ event: JobEvent, _ reason: String? = nil) -> JobsError {
        JobsError(
            .illegalTransition, event.name, found: reason ?? "the job is \(isExpired ? "expired" : phase.rawValue)")
    }
}

extension JobEvent {
    /// The event in a word, for errors and logs.
    var name: String {
        switch self {
        case .started: "started"
        case .planned: "planned"
        case .segmentCommitted: "segment committed"
        case .finished: "finished"
        case .failed: "failed"
        case .cancelRequested: "cancel"
        case .expired: "expired"
        }
    }
}
