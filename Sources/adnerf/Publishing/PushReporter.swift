import Foundation
import Media
import Synchronization

/// Tells how much of an avatar is published: in place on a terminal, in a log now and then.
final class PushReporter: Sendable {
    private let style: ProgressReporter.Style
    private let clock: @Sendable () -> Double
    private let output: @Sendable (String) -> Void
    /// When it was told last; nil before the first time.
    private let shownAt = Mutex<Double?>(nil)

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

    /// Seconds between two reports.
    private var interval: Double { style == .log ? 5 : 0.1 }

    /// Reports, unless it did a moment ago; the end always.
    func update(_ bytes: Int, of total: Int) {
        let now = clock()
        let isDue = shownAt.withLock { shownAt in
            guard bytes >= total || shownAt.map({ now - $0 >= interval }) ?? true else { return false }
            shownAt = now
            return true
        }
        guard isDue else { return }
        let percent = total > 0 ? Int(100 * min(1, Double(bytes) / Double(total))) : 100
        let text = String(format: "published %.1f of %.1f MB, %d %%", Double(bytes) / 1e6, Double(total) / 1e6, percent)
        // Erasing to the end of the line removes what a longer text before left there.
        output(style == .log ? "\(text)\n" : "\r\(text)\u{1B}[K")
    }

    /// Leaves the line.
    func finish() {
        if style != .log && shownAt.withLock({ $0 != nil }) { output("\n") }
    }
}
