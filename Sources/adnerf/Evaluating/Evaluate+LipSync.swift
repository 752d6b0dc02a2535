import Engine
import Media
import Studio

extension Evaluate {
    /// - Returns: nil where that is not wanted or cannot be told.
    func lipSync(
        of video: EvaluatedVideo, _ contestants: Contestants, _ mouth: SIMD3<Float>,
        _ isCanceled: @escaping @Sendable () -> Bool
    ) throws -> LipSync? {
        let seconds = syncSeconds ?? (contestants.quality == .realtime ? 4 : 0)
        guard seconds > 0 else { return nil }
        let reference = try video.mouthReference()
        guard let stretch = LipSyncStretch(try video.halved(), length: 25 * seconds, mouth: mouth, seed: seed) else {
            Terminal.note("lip-sync cannot be told: less than a second of speech, or no mouth in sight")
            return nil
        }
        Terminal.note("watching the mouth for \(stretch.frames.count) frames ...")
        try contestants.subject.prepare(for: stretch.requests, report: Terminal.note, isCanceled: isCanceled)
        var progress = reporter(total: stretch.frames.count)
        let found = try stretch.measure(
            contestants.subject, reference: reference, progress: { progress.update(done: $0) }, isCanceled: isCanceled)
        progress.finish(done: stretch.frames.count)
        if found == nil { Terminal.note("lip-sync cannot be told: the mouth or the speech never changes") }
        return found
    }
}
