import Foundation
import Testing

@testable import Jobs

@Suite struct FairScheduleTests {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    static func id(_ number: Int) -> JobID { JobID(milliseconds: UInt64(number), high: 0, low: 0) }

    /// Leases and completes items until there are none; returns them in order.
    static func drain(_ schedule: inout FairSchedule, limit: Int = .max) -> [WorkItem] {
        var items: [WorkItem] = []
        while items.count < limit, let lease = schedule.lease(worker: "w", now: now, for: .seconds(30)) {
            items.append(lease.item)
            let completed = schedule.complete(lease, now: now)
            #expect(completed)
        }
        return items
    }

    @Test func aShortJobIsDoneWithinTwiceItsTimeBesideALongOne() {
        var schedule = FairSchedule(openJobsPerOwner: 8)
        let (long, short) = (Self.id(1), Self.id(2))
        schedule.add((0..<300).map(WorkKind.segment), of: long, owner: "a")
        let before = Self.drain(&schedule, limit: 50)
        #expect(before.map(\.kind) == (0..<50).map(WorkKind.segment))
        schedule.add([.plan], of: short, owner: "a")
        #expect(Self.drain(&schedule, limit: 1) == [WorkItem(job: short, kind: .plan)])
        schedule.add((0..<10).map(WorkKind.segment), of: short, owner: "a")
        let after = Self.drain(&schedule)
        let end = after.lastIndex { $0.job == short }!
        // Alone it would be ten items; the eight after the plan come first, and with the others it takes turns.
        #expect(end + 1 == 12)
        #expect(after.filter { $0.job == short }.map(\.kind) == (0..<10).map(WorkKind.segment))
        #expect(after.count == 260)
    }

    @Test func jobsThatNobodyHereCanDoHoldUpNoOther() {
        var schedule = FairSchedule(openJobsPerOwner: 1)
        schedule.add([.plan], of: Self.id(1), owner: "a", need: "x")
        schedule.add([.plan], of: Self.id(2), owner: "a", need: "y")
        schedule.add([.segment(0)], of: Self.id(3), owner: "b", need: "x")
        func next(_ offers: Set<String>) -> Int? {
            let item = schedule.next(now: Self.now) { offers.contains($0) }
            return item.flatMap { item in (1...3).first { Self.id($0) == item.job } }
        }
        #expect(next([]) == nil)
        #expect(next(["y"]) == 2)
        #expect(next(["x"]) == 1)
        #expect(next(["x", "y"]) == 1)
    }

    @Test func ownersShareEquallyHoweverManyJobsTheyHave() {
        var schedule = FairSchedule(openJobsPerOwner: 8)
        for number in 0..<20 { schedule.add((0..<10).map(WorkKind.segment), of: Self.id(number), owner: "many") }
        schedule.add((0..<10).map(WorkKind.segment), of: Self.id(100), owner: "one")
        let items = Self.drain(&schedule)
        #expect(items.lastIndex { $0.job == Self.id(100) }! < 20)
        #expect(items.count == 210)
    }

    @Test func anOfferAndItsLeaseAreOneServing() {
        var schedule = FairSchedule(openJobsPerOwner: 8)
        let (ours, theirs) = (Self.id(1), Self.id(2))
        for job in [ours, theirs] { schedule.add((0..<30).map(WorkKind.segment), of: job, owner: "a") }
        var served = 0
        for token in 1...30 {
            let item = schedule.next(now: Self.now)!
            // What we take is put aside first, what another node takes is news of a lease at once.
            if item.job == ours { schedule.hold(item, token: 0, deliveries: 0, until: .distantFuture) }
            schedule.hold(item, token: UInt64(token), deliveries: 1, until: .distantFuture)
            served += item.job == ours ? 1 : 0
            schedule.finish(item)
        }
        #expect(served == 15)
    }

    @Test func whoComesBackHasNoMoreThanHisShare() {
        var schedule = FairSchedule(openJobsPerOwner: 8)
        schedule.add((0..<300).map(WorkKind.segment), of: Self.id(1), owner: "long")
        _ = Self.drain(&schedule, limit: 100)
        var served = 0
        // One short job after another, each taken away when it is done.
        for number in 2..<52 {
            schedule.add((0..<3).map(WorkKind.segment), of: Self.id(number), owner: "short")
            var left = 3
            while left > 0, let item = Self.drain(&schedule, limit: 1).first {
                served += 1
                if item.job == Self.id(number) { left -= 1 }
            }
            schedule.remove(Self.id(number))
        }
        // 150 of its own, and but for a head start as many of the other's.
        #expect((290...300).contains(served), "\(served)")
    }

    @Test func newJobsKeepAnOldOneFromHalfOfItsShareAtTheMost() {
        var schedule = FairSchedule(openJobsPerOwner: 8)
        schedule.add((0..<300).map(WorkKind.segment), of: Self.id(1), owner: "a")
        _ = Self.drain(&schedule, limit: 100)
        var items: [WorkItem] = []
        for number in 2..<42 {
            schedule.add((0..<4).map(WorkKind.segment), of: Self.id(number), owner: "a")
            while !items.contains(WorkItem(job: Self.id(number), kind: .segment(3))) {
                items += Self.drain(&schedule, limit: 1)
            }
            schedule.remove(Self.id(number))
        }
        let old = items.count { $0.job == Self.id(1) }
        #expect(old >= items.count / 4, "\(old) of \(items.count)")
    }

    @Test func furtherJobsWaitAsLongAsTheOpenOnesHaveWork() {
        var schedule = FairSchedule(openJobsPerOwner: 2)
        for number in [3, 1, 2] { schedule.add([.plan], of: Self.id(number), owner: "a") }
        #expect(Self.drain(&schedule, limit: 2).map(\.job) == [Self.id(1), Self.id(2)])
        for number in [1, 2] { schedule.add([.segment(0), .segment(1)], of: Self.id(number), owner: "a") }
        #expect(Self.drain(&schedule, limit: 3).map(\.job) == [Self.id(1), Self.id(2), Self.id(1)])
        schedule.remove(Self.id(1))
        // An end makes room for another.
        #expect(Self.drain(&schedule, limit: 1) == [WorkItem(job: Self.id(3), kind: .plan)])
        schedule.add([.plan], of: Self.id(4), owner: "a")
        // And so does idleness, but only after the open jobs' work.
        #expect(Self.drain(&schedule).map(\.job) == [Self.id(2), Self.id(4)])
    }

    @Test func whatIsThereAlreadyIsNotAddedAgain() {
        var schedule = FairSchedule(openJobsPerOwner: 8)
        schedule.add([.segment(1), .segment(0)], of: Self.id(1), owner: "a")
        let lease = schedule.lease(worker: "w", now: Self.now, for: .seconds(30))
        #expect(lease?.item.kind == .segment(0))
        schedule.add([.segment(0), .segment(1), .segment(2)], of: Self.id(1), owner: "a")
        #expect(Self.drain(&schedule).map(\.kind) == [.segment(1), .segment(2)])
    }

    @Test func thousandsOfJobsAreLeasedQuickly() {
        var schedule = FairSchedule(openJobsPerOwner: 8)
        for number in 0..<5000 { schedule.add([.plan], of: Self.id(number), owner: "owner \(number % 50)") }
        let leased = ContinuousClock().measure {
            for _ in 0..<400 { _ = schedule.lease(worker: "w", now: Self.now, for: .seconds(30)) }
        }
        #expect(schedule.statistics == QueueStatistics(waiting: 4600, leased: 400))
        #expect(leased < .seconds(2))
    }

    @Test func aHugeJobIsAddedAtOnce() {
        var schedule = FairSchedule(openJobsPerOwner: 8)
        let added = ContinuousClock().measure {
            schedule.add((0..<40_000).map(WorkKind.segment), of: Self.id(1), owner: "a")
        }
        #expect(added < .seconds(2))
        #expect(schedule.lease(worker: "w", now: Self.now, for: .seconds(1))?.item.kind == .segment(0))
    }
}
