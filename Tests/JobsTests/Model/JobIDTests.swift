import Foundation
import Testing

@testable import Jobs

@Suite struct JobIDTests {
    @Test func spellsTheSpecificationsExample() {
        // The ULID 01ARZ3NDEKTSV4RRFFQ69G5FAV is of 2016-07-30T23:54:10.259Z.
        let id = JobID(milliseconds: 1_469_922_850_259, high: 0, low: 0)
        #expect(id.rawValue == "vid_01ARZ3NDEK0000000000000000")
        #expect(JobID(id.rawValue) == id)
        #expect(JobID(milliseconds: .max, high: .max, low: .max).rawValue == "vid_7ZZZZZZZZZZZZZZZZZZZZZZZZZ")
    }

    @Test(arguments: [
        "", "vid_", "vid_01ARZ3NDEK000000000000000", "vid_01ARZ3NDEK00000000000000000", "01ARZ3NDEK0000000000000000",
        "vid_01arz3ndek0000000000000000", "vid_81ARZ3NDEK0000000000000000", "vid_01ARZ3NDEKU000000000000000",
        "vid_../../../../../../../../etc", "vid_01ARZ3NDEK000000000000000é", "vid_01ARZ3NDEK000000000000000\n",
    ])
    func refusesAnythingElse(_ text: String) {
        #expect(JobID(text) == nil)
    }

    @Test func increasesWithinAMillisecondAndWhenTheClockStepsBack() {
        let clock = TestClock()
        let generator = JobIDGenerator(now: { clock.now }, random: { .max })
        var last = generator.next()
        for step in 0..<100 {
            if step % 10 == 0 { clock.advance(step % 20 == 0 ? 0.003 : -60) }
            let next = generator.next()
            #expect(next > last)
            last = next
        }
    }

    @Test func sortsByTime() {
        let clock = TestClock()
        var generator = SeededGenerator(seed: 1)
        let randoms = (0..<100).map { _ in generator.next() }
        let ids = randoms.map { random in
            clock.advance(0.001)
            return JobIDGenerator(now: { clock.now }, random: { random }).next()
        }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 100)
    }
}
