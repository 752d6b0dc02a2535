import Foundation
import Studio

/// A report as text: a measure a line, its mean and its worst.
struct EvaluationTable {
    let text: String

    init(_ report: EvaluationReport) {
        var lines = ["\(report.avatar): \(report.subject) against \(report.truth), \(report.frames.count) frames"]
        if let certified = report.certified, let rays = report.certifyingRays {
            lines.append(
                String(format: "the truth is certified %.1f dB on %d exact rays, half about the mouth", certified, rays)
            )
        }
        lines.append(Self.row("", "mean", "worst"))
        func add(_ name: String, _ summary: EvaluationReport.Summary?, _ format: String) {
            guard let summary else { return }
            lines.append(
                Self.row(name, String(format: format, summary.mean), String(format: format, summary.worst)))
        }
        add("whole frame, dB", report.whole, "%.2f")
        add("mouth, dB", report.mouth, "%.2f")
        add("silhouette, dB", report.silhouette, "%.2f")
        add("SSIM", report.ssim, "%.4f")
        add("worst 8 x 8 block, RMS in 8-bit steps", report.worstBlockRMS, "%.2f")
        add("temporal error, RMS in 8-bit steps", report.temporal, "%.2f")
        add("the truth's own change", report.motion, "%.2f")
        for odd in report.odd ?? [] {
            add("\(odd.name.rawValue): whole, dB", odd.whole, "%.2f")
            add("\(odd.name.rawValue): mouth, dB", odd.mouth, "%.2f")
        }
        if let worst = report.frames.max(by: { $0.worstBlockRMS < $1.worstBlockRMS }) {
            lines.append("the worst block is at (\(worst.worstBlock.x), \(worst.worstBlock.y)) in frame \(worst.frame)")
        }
        if let sync = report.lipSync { lines.append(Self.text(sync)) }
        lines.append(String(format: "%.2f frames a second", report.framesPerSecond))
        text = lines.joined(separator: "\n")
    }

    private static func text(_ sync: LipSync) -> String {
        let place =
            switch sync.lag {
            case 0: "in step"
            case 1...: "\(sync.lag) frames behind"
            default: "\(-sync.lag) frames ahead"
            }
        var text = String(
            format: "lip-sync: correlation %.2f with \(sync.reference), \(place), over %d frames", sync.correlation,
            sync.opening.count)
        if let chance = sync.chance { text += String(format: "; chance gives up to %.2f", chance) }
        return text
    }

    private static func row(_ name: String, _ mean: String, _ worst: String) -> String {
        func left(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        return name + String(repeating: " ", count: max(0, 38 - name.count)) + left(mean, 10) + left(worst, 10)
    }
}
