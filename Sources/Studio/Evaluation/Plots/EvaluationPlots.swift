import Engine
import Foundation

/// An evaluation as pictures for people.
public enum EvaluationPlots {
    /// PSNR of each frame, of the whole and of the mouth.
    public static func fidelity(_ report: EvaluationReport) -> Picture {
        var series = [LinePlot.Series(name: "whole frame", color: Canvas.blue, values: report.frames.map(\.whole))]
        if report.mouth != nil {
            series.append(.init(name: "mouth", color: Canvas.orange, values: report.frames.map(\.mouth)))
        }
        return LinePlot(
            title: "PSNR, dB: \(report.subject) against \(report.truth)", label: "frame",
            places: report.frames.map { Double($0.frame) }, series: series, hasDots: true
        ).picture
    }

    /// Where a frame is wrong.
    ///
    /// - Throws: `.inconsistent` if the pictures differ in size.
    public static func error(frame: Int, rendered: Picture, truth: Picture) throws(EngineError) -> Picture {
        let comparison = try PictureComparison(rendered, truth: truth)
        let title = String(format: "frame %d: %.2f dB", frame, comparison.psnr)
        return HeatMap.picture(of: comparison, title: title)
    }

    /// The mouth's opening against what it should be, both in their standard deviations.
    public static func lipSync(_ sync: LipSync) -> Picture {
        let title = String(format: "lip-sync: correlation %.2f at %+d frames", sync.correlation, sync.lag)
        return LinePlot(
            title: title, label: "seconds", places: sync.opening.indices.map { Double(sync.firstFrame + $0) / 25 },
            series: [
                .init(name: sync.reference, color: Canvas.orange, values: standardized(sync.referenceValues)),
                .init(name: "mouth as rendered", color: Canvas.blue, values: standardized(sync.opening)),
            ]
        ).picture
    }

    private static func standardized(_ values: [Double]) -> [Double?] {
        let mean = values.reduce(0, +) / Double(max(values.count, 1))
        let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(values.count, 1))
        return values.map { square > 0 ? ($0 - mean) / square.squareRoot() : 0 }
    }
}
