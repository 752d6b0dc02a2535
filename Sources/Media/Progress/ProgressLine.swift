/// How far a rendering has come, in words.
public struct ProgressLine: Sendable, Hashable {
    /// Frames rendered.
    public var done: Int
    /// Frames to render in all.
    public var total: Int
    /// Seconds since the start.
    public var elapsed: Double

    public init(done: Int, total: Int, elapsed: Double) {
        self.done = done
        self.total = total
        self.elapsed = elapsed
    }

    /// `12/250 frames, 4 %, 0.21 frames/s, 18:53 left`.
    public var text: String {
        var parts = ["\(done)/\(total) frames", "\(percent) %"]
        if let rate { parts.append("\(Self.short(rate)) frames/s") }
        if let rate, done < total {
            parts.append("\(Self.clock(Double(total - done) / rate)) left")
        } else if done > 0 {
            parts.append("\(Self.clock(elapsed)) in all")
        }
        return parts.joined(separator: ", ")
    }

    /// The text after a bar, `columns` characters at most: `[####......] 12/250 frames, ...`.
    ///
    /// The bar gives way on a narrow terminal, and the text is cut on a very narrow one.
    public func bar(columns: Int) -> String {
        let room = min(columns - text.count - 3, 40)
        guard room >= 8 else { return String(text.prefix(max(columns, 0))) }
        let filled = total > 0 ? room * done / total : room
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: room - filled) + "] " + text
    }

    /// Rounded down, so that 100 means the end.
    private var percent: Int { total > 0 ? 100 * done / total : 100 }

    private var rate: Double? { done > 0 && elapsed > 0 ? Double(done) / elapsed : nil }

    /// Three significant digits or so, for rates from hours a frame to hundreds of frames a second.
    private static func short(_ rate: Double) -> String {
        if rate >= 100 { return String(Int(min(rate, 1e9).rounded())) }
        let scale = rate >= 10 ? 10.0 : rate >= 0.1 ? 100.0 : 10_000.0
        return String((rate * scale).rounded() / scale)
    }

    /// `m:ss`, or `h:mm:ss` from an hour on.
    private static func clock(_ seconds: Double) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let whole = Int(min(max(seconds, 0), 1e9).rounded())
        let (hours, minutes, rest) = (whole / 3_600, whole / 60 % 60, whole % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }
}
