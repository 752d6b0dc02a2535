import Foundation

/// Turns the progress of a bake's stages into that of the whole.
struct BakeClock {
    private let report: (BakeProgress) -> Void
    private let start = ContinuousClock.now
    private var stage = ""
    /// Where the stage begins and ends, as shares of the whole.
    private var from = 0.0
    private var to = 0.0

    init(report: @escaping (BakeProgress) -> Void) {
        self.report = report
    }

    /// - Parameter share: of the whole that will be done when the stage is.
    mutating func begin(_ stage: String, share: Double) {
        self.stage = stage
        from = to
        to = share
        advance(to: 0)
    }

    /// - Parameter part: of the stage.
    func advance(to part: Double) {
        let fraction = from + (to - from) * min(max(part, 0), 1)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        report(
            BakeProgress(
                stage: stage, fraction: fraction,
                secondsLeft: fraction > 0.02 ? seconds * (1 - fraction) / fraction : nil))
    }
}
