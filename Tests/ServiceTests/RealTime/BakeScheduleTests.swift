import Engine
import Testing

@testable import Service

@Suite struct BakeScheduleTests {
    /// Expectations can only call what does not mutate.
    private final class Schedule {
        private var schedule: BakeSchedule

        init(_ mode: BakeMode) { schedule = BakeSchedule(mode: mode) }

        var current: String? { schedule.current }
        func state(of avatar: String) -> BakeSchedule.State { schedule.state(of: avatar) }
        func found(_ avatar: String) -> Bool { schedule.found(avatar) }
        func wanted(_ avatar: String) -> Bool { schedule.wanted(avatar) }
        func settled(_ avatar: String) { schedule.settled(avatar) }
        func begin() -> String? { schedule.begin() }
        func progressed(_ progress: BakeProgress) { schedule.progressed(progress) }
        func ended(_ outcome: BakeSchedule.Outcome) { schedule.ended(outcome) }
    }

    private static let progress = BakeProgress(stage: "head", fraction: 0.5, secondsLeft: 9)

    @Test func avatarsAreBakedOneAfterTheOther() {
        let schedule = Schedule(.auto)
        #expect(schedule.begin() == nil)
        #expect(schedule.found("a"))
        #expect(schedule.found("b"))
        // They are found again and again, and wanted besides.
        #expect(!schedule.found("a"))
        #expect(!schedule.wanted("b"))
        #expect(schedule.state(of: "a") == .waiting && schedule.state(of: "b") == .waiting)
        #expect(schedule.begin() == "a")
        #expect(schedule.begin() == nil)
        schedule.progressed(Self.progress)
        #expect(schedule.state(of: "a") == .baking(Self.progress))
        #expect(!schedule.found("a"))
        schedule.ended(.done)
        #expect(schedule.state(of: "a") == .none)
        #expect(schedule.begin() == "b")
        // Nothing is left of the progress of the one before.
        guard case .baking(let progress) = schedule.state(of: "b") else {
            Issue.record("not baking")
            return
        }
        #expect(progress.fraction == 0)
    }

    @Test func whatFailsIsNotTriedAgain() {
        let schedule = Schedule(.auto)
        _ = schedule.found("a")
        _ = schedule.begin()
        schedule.ended(.failed("fog"))
        #expect(schedule.state(of: "a") == .failed("fog"))
        #expect(!schedule.found("a") && !schedule.wanted("a"))
        #expect(schedule.begin() == nil)
        // An operator has baked it elsewhere, and later removed that.
        schedule.settled("a")
        #expect(schedule.state(of: "a") == .none)
        #expect(schedule.found("a"))
    }

    @Test func whatIsInterruptedGoesOnFirst() {
        let schedule = Schedule(.auto)
        _ = schedule.found("a")
        _ = schedule.begin()
        _ = schedule.found("b")
        schedule.ended(.interrupted)
        #expect(schedule.state(of: "a") == .waiting)
        #expect(schedule.begin() == "a")
    }

    @Test func whatIsSettledWaitsNoLonger() {
        let schedule = Schedule(.auto)
        _ = schedule.found("a")
        schedule.settled("a")
        #expect(schedule.begin() == nil)
    }

    @Test(arguments: [(BakeMode.auto, true, true), (.onDemand, false, true), (.off, false, false)])
    func modes(mode: BakeMode, found: Bool, wanted: Bool) {
        let schedule = Schedule(mode)
        #expect(schedule.found("a") == found)
        #expect(schedule.wanted("b") == wanted)
        #expect(schedule.state(of: "b") == (wanted ? .waiting : .none))
    }

    @Test func endsWithoutABeginningAreNothing() {
        let schedule = Schedule(.auto)
        schedule.ended(.failed("late"))
        #expect(schedule.state(of: "a") == .none && schedule.current == nil)
    }
}
