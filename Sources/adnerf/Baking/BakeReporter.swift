import Engine
import Media
import Synchronization

/// Tells how a bake goes: a bar that is redrawn in place on a terminal; in a log a line for each stage, and now and then one
/// in between.
final class BakeReporter: Sendable {
    private struct State {
        var stage: String?
        var shownAt = 0.0
    }

    private let style: ProgressReporter.Style
    private let clock: @Sendable () -> Double
    private let output: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - clock: seconds from any fixed moment.
    ///   - output: writes a piece of text where the user sees it.
    init(
        style: ProgressReporter.Style, clock: @escaping @Sendable () -> Double,
        output: @escaping @Sendable (String) -> Void
    ) {
        self.style = style
        self.clock = clock
        self.output = output
    }

    /// Seconds between two reports of one stage.
    private var interval: Double {
        switch style {
        case .terminal: 0.1
        case .log: 30
        }
    }

    /// Reports, unless it did a moment ago.
    func update(_ progress: BakeProgress) {
        let now = clock()
        let isDue = state.withLock { state in
            guard state.stage != progress.stage || now - state.shownAt >= interval else { return false }
            state = State(stage: progress.stage, shownAt: now)
            return true
        }
        guard isDue else { return }
        let line = BakeLine(progress: progress)
        switch style {
        // Erasing to the end of the line removes what a longer text before left there.
        case .terminal(let columns): output("\r\(line.bar(columns: columns - 1))\u{1B}[K")
        case .log: output("\(line.text)\n")
        }
    }

    /// Leaves the line.
    func finish() {
        if style != .log && state.withLock({ $0.stage != nil }) { output("\n") }
    }
}
