/// Whose turn it is among equals, each of whom gets as many servings as any other; pure.
///
/// Start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996): whoever has the least turn comes next, and his turn grows by one.
/// Who comes back after a pause has lost what he missed, but for a few servings. A newcomer is given as many before the others,
/// because somebody waits for his first pictures; of all servings newcomers have no more than a quarter that way.
struct Turns<Party: Hashable & Sendable>: Sendable {
    struct Turn: Sendable, Comparable {
        let place: Int
        /// How many servings there had been when he was served last; 0 for never.
        let servedAt: Int

        static func < (left: Turn, right: Turn) -> Bool {
            (left.place, left.servedAt) < (right.place, right.servedAt)
        }
    }

    static var headStart: Int { 8 }

    private var turns: [Party: Turn] = [:]
    private var place = 0
    private var servings = 0
    /// What newcomers may have just now; a quarter of a serving more for each.
    private var allowance = Double(headStart)
    private var remembered = 64

    func turn(of party: Party) -> Turn {
        guard let turn = turns[party] else {
            // Who is alone has no need of it, and among those who begin together nobody is new.
            return Turn(place: turns.isEmpty ? place : max(0, place - Int(allowance)), servedAt: 0)
        }
        return Turn(place: max(turn.place, place - Self.headStart), servedAt: turn.servedAt)
    }

    mutating func serve(_ party: Party) {
        let turn = turn(of: party)
        if turns[party] == nil { allowance -= Double(place - turn.place) }
        servings += 1
        allowance = min(allowance + 0.25, Double(Self.headStart))
        place = max(place, turn.place)
        turns[party] = Turn(place: turn.place + 1, servedAt: servings)
        if turns.count > remembered { forgetThoseOfLongAgo() }
    }

    mutating func forget(_ party: Party) { turns[party] = nil }

    /// They are as good as new.
    private mutating func forgetThoseOfLongAgo() {
        turns = turns.filter { $0.value.place > place - Self.headStart }
        remembered = max(64, 2 * turns.count)
    }
}
