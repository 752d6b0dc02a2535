/// Who is to be looked at when: a coarse timer wheel, one for all connections of a loop.
///
/// Time is counted in ticks of the caller's choice. What lies further ahead than the wheel reaches comes up early, at
/// the wheel's last slot: whoever is looked at too early is simply added again. So a deadline that moves back, as it
/// does with every request, costs nothing.
struct DeadlineWheel<Member> {
    private var slots: [[Member]]
    private var tick: Int
    /// How many members wait.
    private(set) var count = 0

    /// - Parameter reach: ticks ahead that it tells apart, at least 1.
    init(reach: Int, tick: Int) {
        precondition(reach >= 1, "a wheel has slots")
        slots = Array(repeating: [], count: reach + 1)
        self.tick = tick
    }

    /// Has `member` come up at `due`, at the next tick if that has passed, at the last one within reach if it lies beyond.
    ///
    /// - Returns: the tick at which it comes up.
    @discardableResult
    mutating func add(_ member: Member, due: Int) -> Int {
        let at = min(max(due, tick + 1), tick + slots.count - 1)
        slots[at % slots.count].append(member)
        count += 1
        return at
    }

    /// Moves on to `now` and hands out everyone who came up on the way.
    mutating func advance(to now: Int) -> [Member] {
        var due: [Member] = []
        let last = min(now, tick + slots.count)
        while tick < last {
            tick += 1
            let slot = tick % slots.count
            due += slots[slot]
            slots[slot].removeAll()
        }
        tick = max(tick, now)
        count -= due.count
        return due
    }
}
