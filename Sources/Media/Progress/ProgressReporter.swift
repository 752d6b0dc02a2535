/// Tells how a rendering goes: a bar that is redrawn in place on a terminal, a line every few seconds in a log.
public struct ProgressReporter {
    public enum Style: Sendable, Hashable {
        /// - Parameter columns: the terminal's width in characters.
        case terminal(columns: Int)
        case log
    }

    private let total: Int
    private let style: Style
    private let clock: () -> Double
    private let output: (String) -> Void
    private let start: Double
    private var lastShown: Double
    private var lastDone: Int?

    /// - Parameters:
    ///   - clock: seconds from any fixed moment.
    ///   - output: writes a piece of text where the user sees it.
    public init(
        total: Int, style: Style, clock: @escaping () -> Double, output: @escaping (String) -> Void
    ) {
        self.total = total
        self.style = style
        self.clock = clock
        self.output = output
        start = clock()
        lastShown = start
    }

    /// Seconds between two reports: ten redraws a second on a terminal, a line in five seconds in a log.
    private var interval: Double {
        switch style {
        case .terminal: 0.1
        case .log: 5
        }
    }

    /// Reports, unless it did a moment ago.
    public mutating func update(done: Int) {
        let now = clock()
        // A terminal shows the bar at once, a log nothing before there is something to say.
        guard now - lastShown >= interval || (lastDone == nil && style != .log) else { return }
        show(done, now)
    }

    /// Reports the end, whether or not everything was done.
    public mutating func finish(done: Int) {
        if lastDone != done { show(done, clock()) }
        if style != .log { output("\n") }
    }

    private mutating func show(_ done: Int, _ now: Double) {
        let line = ProgressLine(done: done, total: total, elapsed: now - start)
        switch style {
        // Erasing to the end of the line removes what a longer text before left there.
        case .terminal(let columns): output("\r\(line.bar(columns: columns - 1))\u{1B}[K")
        case .log: output("\(line.text)\n")
        }
        lastShown = now
        lastDone = done
    }
}
