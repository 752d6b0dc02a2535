import Engine
import Media
import Studio

/// Sends frames from the renderer to the sink: while one is written, the next is rendered.
struct RenderLoop {
    let renderer: any PictureRenderer
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
        let writing = SerialWork(capacity: 2)
        var done = 0
        progress.update(done: 0)
        do {
            for number in frames where !isCanceled() {
                try render(request(number), number: number, writing)
                done += 1
                progress.update(done: done)
            }
        } catch let error as EngineError where error.code == .canceled {
            // What was rendered until then is kept.
        } catch {
            progress.finish(done: done)
            writing.abandon()
            sink.abandon()
            throw error
        }
        progress.finish(done: done)
        do {
            try writing.finish()
        } catch {
            sink.abandon()
            throw error
        }
        try sink.finish()
        return done
    }

    private func render(_ request: FrameRequest, number: Int, _ writing: SerialWork) throws {
        let sink = sink
        if let sink = sink as? any PictureSink {
            let picture = try renderer.picture(request, isCanceled: isCanceled)
            try writing.put { try sink.write(picture, number: number) }
        } else {
            let frame = try renderer.render(request, isCanceled: isCanceled)
            try writing.put { try sink.write(frame, number: number) }
        }
    }
}
