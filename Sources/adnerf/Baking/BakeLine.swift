import Engine

/// How far a bake has come, in a line for a person.
struct BakeLine: Hashable, Sendable {
    let progress: BakeProgress

    /// `evaluating the head, 43 %, 8:20 left`.
    var text: String {
        var parts = [progress.stage, "\(percent) %"]
        if let seconds = progress.secondsLeft, percent < 100 { parts.append("\(Self.clock(seconds)) left") }
        return parts.joined(separator: ", ")
    }

    /// The text after a bar, `columns` characters at most: `[####......] evaluating the head, ...`.
    func bar(columns: Int) -> String {
        let room = min(columns - text.count - 3, 40)
        guard room >= 8 else { return String(text.prefix(max(columns, 0))) }
        let filled = room * percent / 100
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: room - filled) + "] " + text
    }

    /// Rounded down, so that 100 means the end.
    private var percent: Int {
        progress.fraction.isFinite ? Int(100 * min(max(progress.fraction, 0), 1)) : 0
    }

    /// `m:ss`, or `h:mm:ss` from an hour on.
    private static func clock(_ seconds: Double) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let whole = seconds.isFinite ? Int(min(max(seconds, 0), 1e9).rounded()) : 0
        let (hours, minutes, rest) = (whole / 3_600, whole / 60 % 60, whole % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }
}
