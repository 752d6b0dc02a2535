import Engine
import Foundation

/// What a baked file is and what it is worth, as text.
struct BakeTable {
    private var table = TextTable()

    init(_ bake: BakedFileFacts) {
        table.add(bake)
    }

    /// Lines without a line feed at the end.
    var text: String { table.lines.joined(separator: "\n") }
}

extension TextTable {
    mutating func add(_ bake: BakedFileFacts) {
        add("baked", String(format: "%@ (%.1f MB)", bake.path, Double(bake.bytes) / 1e6))
        add(bake.report)
    }

    private mutating func add(_ report: BakeReport) {
        add("  took", String(format: "%.0f s", report.seconds))
        add("  compared", "\(report.frames) frames with exact ones that certified at \(Self.decibels(report.truth))")
        add("  whole frame", Self.text(report.whole))
        add("  mouth", Self.text(report.mouth))
        add("  flicker", String(format: "%.2f of 255", report.flicker))
    }

    private static func text(_ value: BakeReport.Decibels) -> String {
        "\(decibels(value.mean)) on average, \(decibels(value.worst)) in the worst frame"
    }

    private static func decibels(_ value: Double) -> String {
        String(format: "%.1f dB", value)
    }
}
