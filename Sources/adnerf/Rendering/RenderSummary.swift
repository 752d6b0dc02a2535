import Foundation
import Media

/// What a finished rendering has made, in a line for a person.
struct RenderSummary: Sendable {
    var path: String
    var frames: Int
    /// Nil for a folder of frames, which has no length of its own.
    var video: VideoFormat?
    var hasSound: Bool
    /// Seconds spent on the frames, without learning.
    var elapsed: Double

    /// `talk.mp4: 84 frames, 3.36 s with sound, rendered in 41.0 s (2.05 frames a second)`.
    var text: String {
        var parts = [frames == 1 ? "1 frame" : "\(frames) frames"]
        if video != nil {
            let length = String(format: "%.2f s", Double(frames) / Double(VideoWriter.frameRate))
            parts.append(length + (hasSound ? " with sound" : " without sound"))
        }
        let rate = Double(frames) / max(elapsed, 1e-6)
        parts.append(
            String(format: "rendered in %.1f s (%.*f frames a second)", elapsed, rate < 100 ? 2 : 0, rate))
        return "\(path): " + parts.joined(separator: ", ")
    }
}
