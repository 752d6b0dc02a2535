import Engine
import Media

/// Sends frames from the renderer to the sink: while one is written, the next is rendered.
struct RenderLoop {
    let renderer: any FrameRenderer
    let sink: any FrameSink
    let isCanceled: @Sendable () -> Bool

    /// - Parameters:
    ///   - frames: numbers of the frames to render, in order.
    ///   - request: what a frame shows.
    /// - Returns: how many frames were rendered: fewer than asked for if the work was cancelled. The output is complete
    ///   with those.
    /// - Throws: what the renderer or the sink throws; the output is then abandoned.
    func run(
        frames: [Int], progress: inout ProgressReporter, request: (Int) -> FrameRequest
    ) throws -> Int {
        let queue = FrameQueue(sink: sink)
        var done = 0
        progress.update(done: 0)
        do {
            for number in frames where !isCanceled() {
                try queue.put(renderer.render(request(number), isCanceled: isCanceled), number: number)
                done += 1
                progress.update(done: done)
            }
        } catch let error as EngineError where error.code == .canceled {
            // What was rendered until then is kept.
        } catch {
            progress.finish(done: done)
            queue.abandon()
            throw error
        }
        progress.finish(done: done)
        try queue.finish()
        return done
    }
}
