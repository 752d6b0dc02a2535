import Engine

/// What a baked avatar is worth, as the API shows it (`BakeReport` of openapi.yaml) and as plans keep it.
struct BakeReportResource: Codable, Hashable, Sendable {
    struct Decibels: Codable, Hashable, Sendable {
        var mean: Double
        var worst: Double

        init(_ value: BakeReport.Decibels) {
            mean = BakeReportResource.rounded(value.mean)
            worst = BakeReportResource.rounded(value.worst)
        }
    }

    var frames: Int
    var whole: Decibels
    var mouth: Decibels
    var flicker: Double
    var truth: Double
    var seconds: Double

    init(_ report: BakeReport) {
        frames = report.frames
        whole = Decibels(report.whole)
        mouth = Decibels(report.mouth)
        flicker = Self.rounded(report.flicker)
        truth = Self.rounded(report.truth)
        seconds = Self.rounded(report.seconds)
    }

    /// To a thousandth. JSON knows neither infinity nor what is no number.
    private static func rounded(_ value: Double) -> Double {
        value.isFinite ? (value * 1_000).rounded() / 1_000 : 0
    }
}
