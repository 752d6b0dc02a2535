import ArgumentParser
import Engine
import Foundation
import Media
import Studio

/// `adnerf render`: an avatar speaks.
struct Render: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Renders an avatar speaking, as a video or as frames.",
        discussion: """
            Speech comes as --audio with --deepspeech, or as precomputed --features. With both --features and --audio, the \
            features move the lips and the audio is what is heard.
            """)

    @Argument(help: "The avatar's folder.")
    var avatar: String

    @Option(
        help: ArgumentHelp(
            "Speech: any file with sound that ffmpeg decodes. Its first channel moves the lips; all are heard.",
            valueName: "file"))
    var audio: String?

    @Option(
        help: ArgumentHelp(
            "A DeepSpeech 0.1.0 frozen graph that turns audio into features. By default the one that is shipped.",
            valueName: "graph.pb"))
    var deepspeech: String?

    @Option(
        help: ArgumentHelp(
            "Speech features instead: float32 [frames, 16, 29], 25 frames a second.", valueName: "file.npy"))
    var features: String?

    @Option(
        help: ArgumentHelp(
            "Head poses: any transforms JSON. By default the avatar's own test track.", valueName: "file.json"))
    var poses: String?

    @Option(help: "How the poses go on when the speech is longer than they are.")
    var poseLoop = PoseLoop.pingPong

    @Option(
        help: ArgumentHelp(
            "A picture, a colour as #rrggbb or #rgb, or 'transparent' (WebM, PNG and npy). By default the avatar's own.",
            valueName: "file|#rrggbb|transparent"))
    var background: BackgroundChoice?

    @Option(help: ArgumentHelp("The pictures' width; the height scales along.", valueName: "pixels"))
    var size: Int?

    @Option(help: ArgumentHelp("The frames to render, such as 0,3,10-20. By default all.", valueName: "list"))
    var frames: FrameChoice?

    @Flag(help: "Leave the torso out.")
    var headOnly = false

    @Option(help: "How frames are computed: realtime needs a baked file ('adnerf bake').")
    var quality = Quality.exact

    @Option(help: "The arithmetic: fp32, or the fastest that this machine computes faithfully.")
    var precision = Precision.fast

    @Flag(help: "Take no shortcut: two passes over every ray, as the release renders. Slow.")
    var noSkip = false

    @Option(
        help: ArgumentHelp(
            "Where what is learnt about avatars and baked files are kept. By default the avatar's own folder, or else ~/.cache/adnerf.",
            valueName: "folder"))
    var cache: String?

    @Option(help: ArgumentHelp("Threads to compute with. By default one for each core.", valueName: "count"))
    var threads: Int?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A video file; for png and npy a folder, which receives 00000.png and so on.", valueName: "path"))
    var output: String

    @Option(help: "What to write. By default as the output's extension says.")
    var format: OutputFormat?

    func validate() throws {
        guard audio != nil || features != nil else {
            throw ValidationError(
                "nothing to say: pass --audio FILE with --deepspeech GRAPH.pb, or --features FILE.npy")
        }
        if features != nil && deepspeech != nil {
            throw ValidationError("--features are what --deepspeech would compute: pass one of them")
        }
        guard let format = format ?? OutputFormat(path: output) else {
            throw ValidationError("cannot tell what to write from '\(output)': pass --format mp4, webm, png or npy")
        }
        if background == .transparent && format == .mp4 {
            throw ValidationError("an MP4 has no transparency: use --format webm or --format png")
        }
        if let size, !(1...MediaLimits.pictureSide).contains(size) {
            throw ValidationError("--size \(size) is not a width between 1 and \(MediaLimits.pictureSide)")
        }
        if quality == .realtime && noSkip {
            throw ValidationError("--no-skip is about exact rendering: leave it out, or pass --quality exact")
        }
        if let threads, !(1...1_024).contains(threads) {
            throw ValidationError("--threads \(threads) is not between 1 and 1024")
        }
    }

    func run() throws {
        let interruption = Interruption.watch()
        let isCanceled: @Sendable () -> Bool = { interruption.isRequested }
        let output = RenderOutput(path: output, format: format ?? OutputFormat(path: output) ?? .mp4)
        try output.check()
        let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount

        let avatar = try AvatarFolder.load(path: avatar, decodeImage: PictureFile.read)
        let performance = try performance(of: avatar, threads: threads, isCanceled)
        let selection = try FrameSelection(frames?.list, of: performance.count)
        let renderer = try RendererFactory.make(
            avatar,
            RendererSettings(quality: quality, precision: precision, skips: !noSkip, cache: cache, threads: threads))
        let soundtrack = soundtrack(selection, audioStart: avatar.configuration.audioStart, output.format)
        let sink = try output.sink(
            camera: performance.camera, transparent: background == .transparent, soundtrack: soundtrack)

        try renderer.prepare(
            for: selection.frames.map(performance.request), report: Terminal.note, isCanceled: isCanceled)
        let start = ContinuousClock.now
        var progress = ProgressReporter(
            total: selection.frames.count, style: Terminal.progressStyle,
            clock: { (ContinuousClock.now - start) / .seconds(1) }, output: Terminal.write)
        let loop = RenderLoop(renderer: renderer, sink: sink, isCanceled: isCanceled)
        let done = try loop.run(frames: selection.frames, progress: &progress, request: performance.request)
        guard done == selection.frames.count else {
            throw EngineError(
                .canceled, output.path, found: "interrupted after \(done) of \(selection.frames.count) frames",
                remedy: done > 0 ? "it holds what was rendered" : "nothing was written")
        }
        let summary = RenderSummary(
            path: output.path, frames: done, video: output.format.video, hasSound: soundtrack != nil,
            elapsed: (ContinuousClock.now - start) / .seconds(1))
        Terminal.say(summary.text)
        if renderer.framesOutOfRange > 0 {
            Terminal.note(
                "\(renderer.framesOutOfRange) frames were beyond what was baked and show the nearest that was")
        }
    }

    private func performance(
        of avatar: Avatar, threads: Int, _ isCanceled: @escaping @Sendable () -> Bool
    ) throws(EngineError) -> Performance {
        let track =
            if let poses {
                try PoseTrack.read(path: poses, stride: avatar.configuration.poseStride)
            } else {
                avatar.defaultTrack
            }
        return try Performance(
            avatar: avatar, features: speech(threads: threads, isCanceled), track: track, loop: poseLoop,
            background: background, size: size, headOnly: headOnly)
    }

    private func speech(
        threads: Int, _ isCanceled: @escaping @Sendable () -> Bool
    ) throws(EngineError) -> SpeechFeatures {
        if let features { return try SpeechFeatures.read(path: features) }
        // `validate` has seen to it that both are there.
        return try SpeechReader.features(
            audio: audio ?? "", graph: SpeechGraph.path(deepspeech), threads: threads, report: Terminal.note,
            isCanceled: isCanceled
        )
    }

    /// The audio from where the first frame lies in it: frame k shows the features `aud_start + k`, of which there are as many
    /// a second as frames.
    private func soundtrack(_ selection: FrameSelection, audioStart: Int, _ format: OutputFormat) -> Soundtrack? {
        guard let audio, format.video != nil else { return nil }
        guard selection.isContiguous else {
            Terminal.note("frames picked here and there have no sound")
            return nil
        }
        let first = audioStart + (selection.frames.first ?? 0)
        return Soundtrack(path: audio, start: Double(first) / Double(VideoWriter.frameRate))
    }
}
