import Foundation
import Testing

@testable import Jobs

@Suite struct JobMachineTests {
    static let time = Date(timeIntervalSince1970: 1_800_000_000)
    static let plan = try! JobPlan(frameCount: 45, framesPerSegment: 25)
    static let otherPlan = try! JobPlan(frameCount: 50, framesPerSegment: 25)
    static let artifact = JobArtifact(name: "video.mp4", bytes: 5)
    static let failure = JobFailure(kind: "bad-audio", title: "Bad audio", detail: "silence")
    static let first = JobEvent.segmentCommitted(index: 0, frames: 25, seconds: 2)
    static let second = JobEvent.segmentCommitted(index: 1, frames: 20, seconds: 2)

    /// Every distinct situation of a job, by the events that lead to it.
    enum Situation: CaseIterable {
        case queued, started, planned, half, rendered, completed, failed, canceled, expired

        var history: [JobEvent] {
            switch self {
            case .queued: []
            case .started: [.started]
            case .planned: [.started, .planned(plan)]
            case .half: [.started, .planned(plan), first]
            case .rendered: [.started, .planned(plan), first, second]
            case .completed: [.started, .planned(plan), first, second, .finished(artifact)]
            case .failed: [.started, .failed(failure)]
            case .canceled: [.cancelRequested]
            case .expired: [.cancelRequested, .expired]
            }
        }

        var state: JobState {
            history.reduce(into: JobState()) { state, event in _ = try! state.apply(event, at: time) }
        }
    }

    /// What an event does: a phase and actions, nothing at all, or an error.
    enum Outcome: Equatable {
        case becomes(JobPhase, [JobAction])
        case same
        case illegal
    }

    static let events: [JobEvent] = [
        .started, .planned(plan), .planned(otherPlan), first, second,
        .segmentCommitted(index: 0, frames: 24, seconds: 1),
        .segmentCommitted(index: 2, frames: 25, seconds: 1), .segmentCommitted(index: -1, frames: 0, seconds: 1),
        .finished(artifact), .failed(failure), .cancelRequested, .expired,
    ]

    /// A row for each situation, a column for each of the events above.
    static let table: [Situation: [Outcome]] = [
        .queued: [
            .becomes(.inProgress, []), .illegal, .illegal, .illegal, .illegal, .illegal, .illegal, .illegal, .illegal,
            .becomes(.failed, drop), .becomes(.canceled, drop), .illegal,
        ],
        .started: [
            .same, .becomes(.inProgress, [.enqueue([.segment(0), .segment(1)])]),
            .becomes(.inProgress, [.enqueue([.segment(0), .segment(1)])]), .illegal, .illegal, .illegal, .illegal,
            .illegal, .illegal, .becomes(.failed, drop), .becomes(.canceled, drop), .illegal,
        ],
        .planned: [
            .same, .same, .illegal, .becomes(.inProgress, []), .becomes(.inProgress, []), .illegal, .illegal, .illegal,
            .illegal, .becomes(.failed, drop), .becomes(.canceled, drop), .illegal,
        ],
        .half: [
            .same, .same, .illegal, .same, .becomes(.inProgress, [.enqueue([.finish])]), .illegal, .illegal, .illegal,
            .illegal, .becomes(.failed, drop), .becomes(.canceled, drop), .illegal,
        ],
        .rendered: [
            .same, .same, .illegal, .same, .same, .illegal, .illegal, .illegal,
            .becomes(.completed, [.dropWork, .releaseInputs]), .becomes(.failed, drop), .becomes(.canceled, drop),
            .illegal,
        ],
        .completed: ended(.completed), .failed: ended(.failed), .canceled: ended(.canceled),
        .expired: events.map { _ in .illegal },
    ]

    static let drop: [JobAction] = [.dropWork, .removeFiles]

    static func ended(_ phase: JobPhase) -> [Outcome] {
        events.map { $0 == .expired ? .becomes(phase, [.removeFiles]) : .illegal }
    }

    @Test(arguments: Situation.allCases)
    func everyEventDoesWhatTheTableSays(_ situation: Situation) throws {
        let row = try #require(Self.table[situation])
        try #require(row.count == Self.events.count)
        for (event, expected) in zip(Self.events, row) {
            let before = situation.state
            var state = before
            let outcome: Outcome
            do {
                let actions = try state.apply(event, at: Self.time + 1)
                outcome = state == before && actions.isEmpty ? .same : .becomes(state.phase, actions)
            } catch {
                #expect(error.code == .illegalTransition)
                #expect(state == before)
                outcome = .illegal
            }
            #expect(outcome == expected, "\(situation) + \(event)")
        }
    }

    @Test func tellsProgressRateAndTimings() throws {
        var state = JobState()
        _ = try state.apply(.started, at: Self.time)
        #expect(state.progress == 0 && state.framesPerSecond == nil && state.framesTotal == nil)
        _ = try state.apply(.planned(Self.plan, timings: ["decode": 1]), at: Self.time)
        _ = try state.apply(
            .segmentCommitted(index: 1, frames: 20, seconds: 4, timings: ["render": 4]), at: Self.time + 10)
        #expect(state.progress == 44)
        #expect(state.leadingSegments == 0)
        // One segment alone: 20 frames in 4 s of work.
        #expect(state.framesPerSecond == 5)
        _ = try state.apply(
            .segmentCommitted(index: 0, frames: 25, seconds: 4, timings: ["render": 3]), at: Self.time + 12)
        // 25 frames came 2 s after the first ones.
        #expect(state.framesPerSecond == 12.5)
        #expect(state.leadingSegments == 2)
        #expect(state.progress == 99)
        #expect(state.timings == ["decode": 1, "render": 7])
        _ = try state.apply(.finished(Self.artifact), at: Self.time + 13)
        #expect(state.progress == 100)
        #expect(state.endedAt == Self.time + 13)
    }

    @Test func remainingWorkFollowsFromTheState() {
        let expected: [Situation: [WorkKind]] = [
            .queued: [.plan], .started: [.plan], .planned: [.segment(0), .segment(1)], .half: [.segment(1)],
            .rendered: [.finish],
        ]
        for situation in Situation.allCases {
            #expect(situation.state.remainingWork == expected[situation] ?? [])
        }
    }

    @Test func segmentFilesDecideWhatIsCommitted() throws {
        var state = Situation.half.state
        state.reconcile(committed: [1, 7, -1])
        #expect(state.committed == [1] && state.framesDone == 20)
        #expect(state.remainingWork == [.segment(0)])
        var ended = Situation.completed.state
        ended.reconcile(committed: [])
        #expect(ended == Situation.completed.state)
    }

    @Test(arguments: 0..<200)
    func randomEventsNeverBreakWhatAlwaysHolds(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let plan = try JobPlan(frameCount: .random(in: 1...60, using: &random), framesPerSegment: 7)
        var state = JobState()
        for step in 0..<120 {
            let before = state
            // Ends are rare, so that most sequences get far.
            let kind = Int.random(in: 0..<100, using: &random)
            let index = Int.random(in: -1...plan.segmentCount, using: &random)
            let event: JobEvent =
                switch kind {
                case 0..<10: .started
                case 10..<20: .planned(kind < 18 ? plan : Self.otherPlan)
                case 20..<85:
                    .segmentCommitted(
                        index: index, frames: plan.frames(ofSegment: index).count + (kind == 20 ? 1 : 0), seconds: 1)
                case 85..<94: .finished(Self.artifact)
                case 94: .failed(Self.failure)
                case 95: .cancelRequested
                default: .expired
                }
            do { _ = try state.apply(event, at: Self.time + Double(step)) } catch { #expect(state == before) }
            #expect(!before.phase.isEnded || state.phase == before.phase)
            #expect(state.phase.isEnded == (state.endedAt != nil))
            #expect((state.phase == .failed) == (state.failure != nil))
            #expect((state.phase == .completed) == (state.artifact != nil))
            #expect(!state.isExpired || state.phase.isEnded)
            #expect(Set(state.committed).isSuperset(of: before.committed))
            let frames = state.plan.map { plan in state.committed.reduce(0) { $0 + plan.frames(ofSegment: $1).count } }
            #expect(state.framesDone == frames ?? 0)
            #expect((0...100).contains(state.progress))
            let decoded = try JSONDecoder().decode(JobState.self, from: JSONEncoder().encode(state))
            #expect(decoded == state)
        }
    }
}
