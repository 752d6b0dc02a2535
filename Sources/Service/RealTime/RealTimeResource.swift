import Engine

/// How an avatar stands with real time, as the API shows it (`RealTime` of openapi.yaml).
struct RealTimeResource: Encodable, Sendable {
    var state: String
    /// What is being done; nil unless baking, as the next two.
    @Explicit var stage: String? = nil
    /// Percent.
    @Explicit var progress: Int? = nil
    @Explicit var seconds_left: Double? = nil
    @Explicit var report: BakeReportResource? = nil
    /// Why it is not to be had.
    @Explicit var reason: String? = nil

    /// - Parameter floor: what a baked avatar must be worth, in dB.
    init(_ status: BakeStatus, floor: Double) {
        state = status.name
        switch status {
        case .none, .waiting: break
        case .baking(let bake):
            stage = bake.stage
            progress = min(99, QualityChoice.percent(bake.fraction))
            seconds_left = bake.secondsLeft.flatMap { $0.isFinite ? max(0, $0.rounded()) : nil }
        case .ready(let report): self.report = BakeReportResource(report)
        case .refused(let report):
            self.report = BakeReportResource(report)
            reason = QualityChoice(asked: nil, status: status, floor: floor).note
        case .failed(let text): reason = text
        }
    }
}
