/// The order of natsort, which the release picks its checkpoints by: runs of digits compare as numbers, so `9_head.tar` comes
/// before `10_head.tar`.
enum NaturalOrder {
    static func precedes(_ a: String, _ b: String) -> Bool {
        let (left, right) = (runs(a), runs(b))
        for (x, y) in zip(left, right) where x != y {
            switch (number(x), number(y)) {
            case (let m?, let n?) where m == n: continue
            case (let m?, let n?): return (m.count, m) < (n.count, n)
            case (.some, nil): return true
            case (nil, .some): return false
            case (nil, nil): return x < y
            }
        }
        return left.count == right.count ? a < b : left.count < right.count
    }

    /// The digits of a run without leading zeros, of any length; nil for a run of other characters.
    private static func number(_ run: String) -> String? {
        guard let first = run.utf8.first, isDigit(first) else { return nil }
        return String(run.drop { $0 == "0" })
    }

    private static func runs(_ text: String) -> [String] {
        var runs: [[UInt8]] = []
        for byte in text.utf8 {
            if let last = runs.last?.last, isDigit(last) == isDigit(byte) {
                runs[runs.count - 1].append(byte)
            } else {
                runs.append([byte])
            }
        }
        return runs.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
