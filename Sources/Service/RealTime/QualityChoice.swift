import Engine
import Foundation
import Studio

/// The quality that a job gets, and why it is not another.
struct QualityChoice: Hashable, Sendable {
    var quality: Quality
    /// A sentence; nil where the job gets what was asked for, or else real time.
    var note: String?
    /// Whether real time was asked for by name and is worth too little.
    var isRefused = false

    /// - Parameters:
    ///   - asked: what the client asked for; nil where it leaves it to the server.
    ///   - floor: PSNR over the frame, in dB, that a baked avatar must reach on average.
    init(asked: Quality?, status: BakeStatus, floor: Double) {
        guard asked != .exact else {
            quality = .exact
            return
        }
        quality = .exact
        switch status {
        case .ready: quality = .realtime
        case .none: note = "The avatar is not baked for real time; the operator can with 'adnerf bake'."
        case .waiting: note = "The avatar still waits to be baked for real time."
        case .baking(let progress):
            note = "The avatar is still being baked for real time, \(Self.percent(progress.fraction)) % are done."
        case .failed(let reason): note = "The avatar could not be baked for real time: \(reason)."
        case .refused(let report):
            isRefused = asked == .realtime
            note =
                "Real time measures \(Self.decibels(report.whole.mean)) over the frame with this avatar, less than this "
                + "server's floor of \(Self.decibels(floor))."
        }
    }

    /// Rounded down, so that 100 means the end.
    static func percent(_ fraction: Double) -> Int {
        fraction.isFinite ? Int(100 * min(max(fraction, 0), 1)) : 0
    }

    static func decibels(_ value: Double) -> String { String(format: "%.1f dB", value) }
}
