import Foundation
import Jobs
import Studio

/// A job as the API shows it (`Video` of openapi.yaml).
struct VideoResource: Encodable, Sendable {
    struct Frames: Encodable, Sendable {
        var done: Int
        @Explicit var total: Int? = nil
    }

    struct Problem: Encodable, Sendable {
        var type: String
        var title: String
        var detail: String
    }

    struct Links: Encodable, Sendable {
        var `self`: String
        var content: String
        var stream: String
        var hls: String
        var frames: String
        var events: String
        var cancel: String
    }

    var id: String
    let object = "video"
    var status: String
    var avatar: String
    /// What it gets, as soon as that is decided.
    @Explicit var quality: Quality? = nil
    /// Why it is not what was asked for, or real time.
    @Explicit var quality_note: String? = nil
    var format: VideoSpec.Format
    @Explicit var size: SizeResource? = nil
    /// Percent; 100 exactly when completed.
    var progress: Int
    var frames: Frames
    @Explicit var frames_per_second: Double? = nil
    /// Of the video, seconds.
    @Explicit var duration: Double? = nil
    @Explicit var queue_position: Int? = nil
    @Explicit var seconds_left: Double? = nil
    /// Why nobody works on it, a sentence; nil as long as somebody can.
    @Explicit var waiting_for: String? = nil
    /// Seconds by stage.
    var timings: [String: Double]
    var created_at: String
    @Explicit var started_at: String? = nil
    @Explicit var completed_at: String? = nil
    @Explicit var expires_at: String? = nil
    @Explicit var error: Problem? = nil
    @Explicit var fidelity: VideoPlanner.Plan.Fidelity? = nil
    /// What the avatar's baked file was measured to be worth; nil unless in real time, as the next.
    @Explicit var bake: BakeReportResource? = nil
    @Explicit var frames_out_of_range: Int? = nil
    var metadata: [String: String]
    var links: Links
}
