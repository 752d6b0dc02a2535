import Testing

@testable import HTTPServer

@Suite struct DeadlineWheelTests {
    @Test func membersComeUpAtTheirTick() {
        var wheel = DeadlineWheel<String>(reach: 8, tick: 100)
        #expect(wheel.add("b", due: 102) == 102)
        #expect(wheel.add("a", due: 101) == 101)
        #expect(wheel.advance(to: 100) == [])
        #expect(wheel.advance(to: 101) == ["a"])
        #expect(wheel.advance(to: 102) == ["b"])
        #expect(wheel.count == 0)
    }

    @Test func whatHasPassedComesUpNext() {
        var wheel = DeadlineWheel<Int>(reach: 4, tick: 10)
        #expect(wheel.add(1, due: 3) == 11)
        #expect(wheel.advance(to: 11) == [1])
    }

    @Test func whatLiesBeyondReachComesUpEarly() {
        var wheel = DeadlineWheel<Int>(reach: 4, tick: 0)
        #expect(wheel.add(1, due: 1_000) == 4)
        #expect(wheel.advance(to: 3) == [])
        #expect(wheel.advance(to: 4) == [1])
    }

    @Test func aLongSleepBringsEveryoneUpOnce() {
        var wheel = DeadlineWheel<Int>(reach: 4, tick: 0)
        for due in 1...4 { wheel.add(due, due: due) }
        #expect(wheel.advance(to: 1_000_000).sorted() == [1, 2, 3, 4])
        #expect(wheel.add(5, due: 1_000_001) == 1_000_001)
        #expect(wheel.advance(to: 1_000_001) == [5])
    }

    /// Against a plain list.
    @Test(arguments: UInt64(1)...8)
    func agreesWithAList(seed: UInt64) {
        var random = Seeded(seed)
        var wheel = DeadlineWheel<Int>(reach: 16, tick: 0)
        var list: [(member: Int, at: Int)] = []
        var now = 0
        for member in 0..<500 {
            let at = wheel.add(member, due: now + Int.random(in: -2...40, using: &random))
            list.append((member, at))
            if Bool.random(using: &random) { now += Int.random(in: 0...20, using: &random) }
            let expected = list.filter { $0.at <= now }.map(\.member)
            list.removeAll { $0.at <= now }
            #expect(wheel.advance(to: now).sorted() == expected)
            #expect(wheel.count == list.count)
        }
    }
}

/// The same numbers at every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
