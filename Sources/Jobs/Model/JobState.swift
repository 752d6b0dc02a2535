import Foundation

/// What is known of a job's course. Only `apply` changes it.
public struct JobState: Codable, Hashable, Sendable {
    /// When a number of frames became available.
    struct Mark: Codable, Hashable, Sendable {
        let time: Date
        let frames: Int
    }

    /// How many of the last commits the frame rate is taken from.
    static let rateWindow = 8

    public internal(set) var phase: JobPhase = .queued
    public internal(set) var startedAt: Date?
    public internal(set) var endedAt: Date?
    public internal(set) var plan: JobPlan?
    /// The segments that are finished and on disk.
    public internal(set) var committed = SegmentSet()
    public internal(set) var framesDone = 0
    /// Seconds of work by stage, summed over all workers.
    public internal(set) var timings: [String: Double] = [:]
    public internal(set) var artifact: JobArtifact?
    public internal(set) var failure: JobFailure?
    /// When the job's files were removed after their retention.
    public internal(set) var expiredAt: Date?
    var marks: [Mark] = []
    /// Worker seconds of all committed segments.
    var renderSeconds = 0.0

    public init() {}

    public var isExpired: Bool { expiredAt != nil }

    /// Nil until planned.
    public var framesTotal: Int? { plan?.frameCount }

    /// Percent of the work done: 0...99 while it runs, 100 only when completed. Planning and assembling count for
    /// little.
    public var progress: Int {
        guard phase != .completed else { return 100 }
        guard let plan else { return 0 }
        return min(99, framesDone * 100 / plan.frameCount)
    }

    /// The rate at which this job's frames have lately become available, sharing the pool with other jobs; nil before
    /// the first segment.
    public var framesPerSecond: Double? {
        guard let first = marks.first, let last = marks.last else { return nil }
        let elapsed = last.time.timeIntervalSince(first.time)
        guard marks.count > 1, elapsed > 0 else { return renderSeconds > 0 ? Double(framesDone) / renderSeconds : nil }
        return Double(marks.dropFirst().reduce(0) { $0 + $1.frames }) / elapsed
    }

    /// The number of segments that are done without a gap from the first on: what a stream can send.
    public var leadingSegments: Int {
        guard committed.contains(0) else { return 0 }
        return committed.ranges[0].upperBound
    }

    /// What is still to be worked on, whatever a queue may have forgotten.
    public var remainingWork: [WorkKind] {
        guard !phase.isEnded else { return [] }
        guard let plan else { return [.plan] }
        let missing = committed.missing(of: plan.segmentCount)
        return missing.isEmpty ? [.finish] : missing.map(WorkKind.segment)
    }
}

extension JobState {
    /// Takes the segment store's word for what is committed; anything that the plan does not have is left out.
    mutating func reconcile(committed segments: [Int]) {
        guard phase == .inProgress, let plan else { return }
        committed = SegmentSet(segments.filter { (0..<plan.segmentCount).contains($0) })
        framesDone = committed.reduce(0) { $0 + plan.frames(ofSegment: $1).count }
        // The time that the program was down is not the job's rate.
        marks = []
    }
}
