import Engine
import Media
import Studio

extension Evaluate {
    /// Frames of each odd case: exact ones take seconds.
    private static let oddFrames = 4

    /// - Parameter chosen: frames of the video, of which some lend their speech and their poses.
    func oddResults(
        of video: EvaluatedVideo, _ chosen: [Int], _ contestants: Contestants, _ mouth: SIMD3<Float>,
        _ isCanceled: @escaping @Sendable () -> Bool
    ) throws -> [OddResult] {
        guard case .rendered(let truth, _) = contestants.truth else { return [] }
        let count = min(Self.oddFrames, chosen.count)
        let frames = (0..<count).map { chosen[$0 * chosen.count / count] }
        Terminal.note("rendering odd speech and poses ...")
        let total = OddCase.allCases.count * count
        var progress = reporter(total: total)
        var done = 0
        let results = try OddCase.allCases.map { name in
            let requests = name.requests(
                of: video.performance, features: video.features, frames: frames, seed: seed)
            try contestants.accelerated.prepare(for: requests, report: Terminal.note, isCanceled: isCanceled)
            return try OddResult(
                name, requests: requests, subject: contestants.subject, truth: truth, mouth: mouth,
                progress: {
                    done += 1
                    progress.update(done: done)
                }, isCanceled: isCanceled)
        }
        progress.finish(done: done)
        return results
    }
}
