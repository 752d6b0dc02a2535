import Engine
import Foundation
import Media
import Studio
import Synchronization
import Testing

@testable import adnerf

@Suite struct RenderLoopTests {
    /// Paints every frame in its pose's first translation component, and remembers what it was asked for.
    private final class Painter: PictureRenderer {
        let requests = Mutex<[FrameRequest]>([])
        let cancelsAfter: Int
        let failure: EngineError?

        init(cancelsAfter: Int = .max, failure: EngineError? = nil) {
            self.cancelsAfter = cancelsAfter
            self.failure = failure
        }

        func render(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Frame {
            let count = requests.withLock {
                $0.append(request)
                return $0.count
            }
            if count > cancelsAfter { throw EngineError(.canceled, "render", found: "cancelled") }
            if let failure { throw failure }
            let pixels = request.camera.width * request.camera.height
            let alpha = request.background == .transparent ? [Float](repeating: 1, count: pixels) : nil
            return Frame(
                width: request.camera.width, height: request.camera.height,
                rgb: [Float](repeating: request.pose.translation.x, count: pixels * 3), alpha: alpha)
        }
    }

    private func performance(
        loop: PoseLoop = .pingPong, background: BackgroundChoice? = nil, size: Int? = nil, frames: Int? = nil
    ) throws -> Performance {
        let avatar = try AvatarFolder.load(path: Fixture.tiny, decodeImage: PictureFile.read)
        let all = try SpeechFeatures.read(path: Fixture.features)
        let features = SpeechFeatures(
            count: frames ?? all.count,
            values: (0..<(frames ?? all.count)).flatMap { frame in
                let row = frame % all.count * SpeechFeatures.steps * SpeechFeatures.characters
                return all.values[row..<row + SpeechFeatures.steps * SpeechFeatures.characters]
            })
        return try Performance(
            avatar: avatar, features: features, track: avatar.defaultTrack, loop: loop, background: background,
            size: size)
    }

    private func run(
        _ renderer: any PictureRenderer, _ sink: any FrameSink, _ performance: Performance, frames: [Int],
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws -> Int {
        var progress = ProgressReporter(total: frames.count, style: .log, clock: { 0 }, output: { _ in })
        return try RenderLoop(renderer: renderer, sink: sink, isCanceled: isCanceled)
            .run(frames: frames, progress: &progress, request: performance.request)
    }

    @Test func framesShowTheirPosesAndCodes() throws {
        let performance = try performance(frames: 30)
        #expect(performance.count == 30)
        let painter = Painter()
        let scratch = try Scratch()
        let sink = try FolderSink(folder: scratch.file("frames"), format: .npy)
        #expect(try run(painter, sink, performance, frames: [0, 11, 12, 25]) == 4)
        let requests = painter.requests.withLock { $0 }
        let poses = performance.track.poses
        // Twelve poses, there and back: 0 ... 11, 10 ... 1, 0 ...
        #expect(requests.map(\.pose) == [0, 11, 10, 3].map { poses[$0] })
        #expect(requests.allSatisfy { $0.torsoPose == performance.avatar.trainingTrack.poses[0] })
        #expect(requests.map(\.code) == [0, 11, 12, 25].map { performance.codes[$0] })
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.file("frames")).sorted()
        #expect(names == ["00000.npy", "00011.npy", "00012.npy", "00025.npy"])
        let array = try NumpyFile.read(path: scratch.file("frames/00012.npy"))
        #expect(array.shape == [24, 24, 3])
        #expect(array.values.allSatisfy { $0 == poses[10].translation.x })
    }

    @Test func sizesScaleTheCameraAndTheBackground() throws {
        let performance = try performance(size: 36)
        #expect(performance.camera.width == 36 && performance.camera.height == 36)
        #expect(performance.camera.focal == performance.track.focal * 1.5)
        guard case .picture(let picture) = performance.background else {
            Issue.record("no picture")
            return
        }
        #expect(picture.width == 36 && picture.height == 36 && picture.channels == 3)
    }

    @Test func cancelledRenderingsKeepWhatTheyHave() throws {
        let performance = try performance()
        let scratch = try Scratch()
        let path = scratch.file("part.mp4")
        let sink = VideoSink(
            try VideoWriter(
                path: path, format: .mp4, width: 24, height: 24,
                soundtrack: Soundtrack(path: Fixture.path("speech/mono.wav"))))
        #expect(try run(Painter(cancelsAfter: 5), sink, performance, frames: Array(0..<12)) == 5)
        #expect(try scratch.names == ["part.mp4"])
        let audio = try AudioFile.decode(path)
        #expect(abs(audio.duration - 0.2) < 0.07)
    }

    @Test func cancelledBeforeTheFirstFrameThereIsNothing() throws {
        let scratch = try Scratch()
        let sink = VideoSink(
            try VideoWriter(path: scratch.file("a.webm"), format: .webm, width: 24, height: 24))
        #expect(try run(Painter(), sink, performance(), frames: [0, 1], isCanceled: { true }) == 0)
        #expect(try scratch.names.isEmpty)
    }

    @Test func failedRenderingsLeaveNothing() throws {
        let scratch = try Scratch()
        let failure = EngineError(.invalidValue, "pose", found: "bad")
        let sink = VideoSink(try VideoWriter(path: scratch.file("a.mp4"), format: .mp4, width: 24, height: 24))
        let error = try #require(throws: EngineError.self) {
            try run(Painter(failure: failure), sink, performance(), frames: [0])
        }
        #expect(error == failure)
        #expect(try scratch.names.isEmpty)
    }
}
