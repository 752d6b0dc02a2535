import Media
import Testing

@Suite struct ProgressTests {
    @Test(arguments: [
        (0, 250, 0.0, "0/250 frames, 0 %"),
        (12, 250, 57.0, "12/250 frames, 4 %, 0.21 frames/s, 18:51 left"),
        (1, 1_000, 20.0, "1/1000 frames, 0 %, 0.05 frames/s, 5:33:00 left"),
        (249, 250, 10.0, "249/250 frames, 99 %, 24.9 frames/s, 0:00 left"),
        (250, 250, 2.0, "250/250 frames, 100 %, 125 frames/s, 0:02 in all"),
        (0, 0, 1.0, "0/0 frames, 100 %"),
    ])
    func text(done: Int, total: Int, elapsed: Double, expected: String) {
        #expect(ProgressLine(done: done, total: total, elapsed: elapsed).text == expected)
    }

    @Test func theBarFitsTheTerminal() {
        let line = ProgressLine(done: 125, total: 250, elapsed: 5)
        #expect(line.bar(columns: 200) == "[####################....................] " + line.text)
        for columns in 0..<120 { #expect(line.bar(columns: columns).count <= columns) }
        #expect(line.bar(columns: 20) == "125/250 frames, 50 %")
    }

    /// Time and text of a test's own.
    private final class Console {
        var now = 100.0
        var pieces: [String] = []
    }

    private func reporter(_ style: ProgressReporter.Style, _ console: Console) -> ProgressReporter {
        ProgressReporter(total: 100, style: style, clock: { console.now }, output: { console.pieces.append($0) })
    }

    @Test func terminalsAreRedrawnTenTimesASecondAtMost() {
        let console = Console()
        var progress = reporter(.terminal(columns: 100), console)
        for done in 0...100 {
            progress.update(done: done)
            console.now += 0.02
        }
        progress.finish(done: 100)
        // 2.02 s: one at once, then every fifth or sixth step, and the end.
        #expect((18...22).contains(console.pieces.count))
        #expect(console.pieces.dropLast().allSatisfy { $0.hasPrefix("\r[") && $0.hasSuffix("\u{1B}[K") })
        #expect(console.pieces.last == "\n")
    }

    @Test func logsGetALineNowAndThen() {
        let console = Console()
        var progress = reporter(.log, console)
        for done in 0...12 {
            progress.update(done: done)
            console.now += 1
        }
        progress.finish(done: 12)
        #expect(console.pieces.map { $0.prefix { $0 != "," } } == ["5/100 frames", "10/100 frames", "12/100 frames"])
        #expect(console.pieces.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\r") })
    }
}
