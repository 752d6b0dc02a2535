import ArgumentParser
import Engine
import Foundation
import Media
import Studio

/// `adnerf evaluate`: what a bake is worth, and any avatar's fidelity.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures an avatar's frames against exact ones or against a recording's.",
        discussion: """
            Frames are chosen blindly, those least like the training among them. Exact frames take seconds each. Without --truth, \
            real-time frames are held against exact ones, and those against rays traced in two passes; exact frames are held \
            against frames traced in two passes.
            """)

    @Argument(help: "The avatar's folder.")
    var avatar: String

    @Option(help: "What is measured: realtime or exact. By default realtime where the avatar has been baked.")
    var quality: EvaluatedQuality?

    @Option(help: ArgumentHelp("A folder of numbered pictures that the frames should look like.", valueName: "folder"))
    var truth: String?

    @Option(
        help: ArgumentHelp("Speech features. By default aud_val.npy, or else the avatar's own.", valueName: "file.npy"))
    var features: String?

    @Option(
        help: ArgumentHelp(
            "Head poses. By default transforms_val, or else the default track.", valueName: "track|file.json"))
    var poses: String?

    @Option(help: "How many frames are measured, each with its successor.")
    var frames = 24

    @Option(help: "Chooses the frames.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The pictures' width. By default the avatar's own.", valueName: "pixels"))
    var size: Int?

    @Option(
        help: ArgumentHelp(
            "Where to write the report as JSON; - for standard output instead of the table.", valueName: "file|-"))
    var json: String?

    @Option(
        help: ArgumentHelp(
            "Where to write the worst frame beside its truth and their difference x 8.", valueName: "file.png"))
    var picture: String?

    @Option(
        help: ArgumentHelp(
            "Speech over which the mouth is watched; 0 for none. By default 4 in real time and 0 for exact frames, which take long.",
            valueName: "seconds"))
    var syncSeconds: Int?

    @Flag(help: "Measures speech and poses, too, that are like nothing in training.")
    var odd = false

    @Flag(
        help: """
            Renders exact frames as finely as it takes for them to be certified at 50 dB, in several times the time, where real-time \
            ones are held against them.
            """)
    var refine = false

    @Option(
        help: ArgumentHelp(
            "Where to draw PSNR by frame, the worst frame's error and, where it was watched, the mouth.",
            valueName: "folder"))
    var plots: String?

    @Option(help: ArgumentHelp("Where to keep, and look for, what is learnt about avatars.", valueName: "folder"))
    var cache: String?

    @Option(help: ArgumentHelp("Threads to compute with. By default one for each core.", valueName: "count"))
    var threads: Int?

    func validate() throws {
        guard (1...10_000).contains(frames) else {
            throw ValidationError("--frames \(frames) is not between 1 and 10000")
        }
        if let size, !(8...MediaLimits.pictureSide).contains(size) {
            throw ValidationError("--size \(size) is not a width between 8 and \(MediaLimits.pictureSide)")
        }
        if let syncSeconds, !(0...600).contains(syncSeconds) {
            throw ValidationError("--sync-seconds \(syncSeconds) is not between 0 and 600")
        }
        if odd, truth != nil {
            throw ValidationError("--odd has no pictures to be held against in --truth: leave out one of them")
        }
        if let threads, !(1...1_024).contains(threads) {
            throw ValidationError("--threads \(threads) is not between 1 and 1024")
        }
    }

    func run() throws {
        let interruption = Interruption.watch()
        let isCanceled: @Sendable () -> Bool = { interruption.isRequested }
        // Before any time is spent on them.
        for path in [json == "-" ? nil : json, picture].compactMap({ $0 }) { _ = try OutputFile(path) }
        if let plots { try OutputFolder.create(plots) }
        let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        let avatar = try AvatarFolder.load(path: avatar, decodeImage: PictureFile.read)
        let video = try EvaluatedVideo(avatar: avatar, features: features, poses: poses, size: size)
        let contestants = try Contestants(
            avatar: avatar, quality: quality, recording: truth, threads: threads, cache: cache)
        try contestants.truth.check(against: video.performance)
        let chosen = try video.choose(frames, limit: contestants.truth.count, seed: seed)
        let mouth = try contestants.mouth ?? findMouth(of: avatar, threads, isCanceled)

        let (measured, worst) = try measure(chosen, of: video.performance, contestants, mouth, isCanceled)
        var report = measured
        report.lipSync = try lipSync(of: video, contestants, mouth, isCanceled)
        if odd { report.odd = try oddResults(of: video, chosen, contestants, mouth, isCanceled) }
        try write(report)
        if let picture, let worst {
            try PNGFile.write(SideBySide.picture(truth: worst.truth, rendered: worst.rendered), to: picture)
        }
        if let plots { try draw(report, worst, into: plots) }
    }

    private func findMouth(
        of avatar: Avatar, _ threads: Int, _ isCanceled: @escaping @Sendable () -> Bool
    ) throws -> SIMD3<Float> {
        Terminal.note("looking for the mouth ...")
        return try MouthLocator.locate(avatar: avatar, threads: threads, isCanceled: isCanceled)
    }

    private struct Worst {
        let frame: Int
        let psnr: Double
        let rendered: Picture
        let truth: Picture
    }

    private func measure(
        _ chosen: [Int], of performance: Performance, _ contestants: Contestants, _ mouth: SIMD3<Float>,
        _ isCanceled: @escaping @Sendable () -> Bool
    ) throws -> (EvaluationReport, Worst?) {
        let requests = chosen.map(performance.request)
        if contestants.quality == .exact || contestants.isRendered {
            try contestants.accelerated.prepare(for: requests, report: Terminal.note, isCanceled: isCanceled)
        }
        var certified: (decibels: Double, rays: Int)?
        if contestants.quality == .realtime, contestants.isRendered {
            certified = try certify(contestants, Array(requests.prefix(2)), mouth, isCanceled)
        }
        let evaluation = Evaluation(
            performance: performance, subject: contestants.subject, truth: contestants.truth, isCanceled: isCanceled)
        var progress = reporter(total: chosen.count)
        var worst: Worst?
        let report = try evaluation.run(
            frames: chosen, mouth: mouth, name: contestants.quality.rawValue, certified: certified,
            progress: { progress.update(done: $0) }
        ) { frame, rendered, exact in
            let psnr = try PictureComparison(rendered, truth: exact).psnr
            if psnr < worst?.psnr ?? .infinity {
                worst = Worst(frame: frame, psnr: psnr, rendered: rendered, truth: exact)
            }
        }
        progress.finish(done: chosen.count)
        return (report, worst)
    }

    /// What the renders that stand for exact ones are worth on these frames, with `refine` as fine as it takes for them to be worth
    /// enough.
    private func certify(
        _ contestants: Contestants, _ frames: [FrameRequest], _ mouth: SIMD3<Float>,
        _ isCanceled: @escaping @Sendable () -> Bool
    ) throws -> (decibels: Double, rays: Int) {
        while true {
            let found = try TruthCertificate.measure(
                contestants.accelerated, against: contestants.exact, frames: frames, mouth: mouth, seed: seed,
                isCanceled: isCanceled)
            guard found.decibels < Certificate.floor else { return found }
            let text = String(format: "%.1f", found.decibels)
            guard refine, let camera = frames.first?.camera, contestants.accelerated.refine(for: camera) else {
                let remedy = refine ? "" : "; --refine renders them more finely"
                Terminal.note("the exact renders themselves are worth only \(text) dB here\(remedy)")
                return found
            }
            Terminal.note("exact renders are worth \(text) dB here; rendering them more finely ...")
        }
    }

    func reporter(total: Int) -> ProgressReporter {
        let start = ContinuousClock.now
        return ProgressReporter(
            total: total, style: Terminal.progressStyle, clock: { (ContinuousClock.now - start) / .seconds(1) },
            output: Terminal.write)
    }

    private func write(_ report: EvaluationReport) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = [UInt8](try encoder.encode(report))
        if json == "-" { return print(String(decoding: bytes, as: UTF8.self)) }
        if let json { try OutputFile(json).write(bytes) }
        print(EvaluationTable(report).text)
    }

    private func draw(_ report: EvaluationReport, _ worst: Worst?, into folder: String) throws {
        try PNGFile.write(EvaluationPlots.fidelity(report), to: "\(folder)/psnr.png")
        if let worst {
            let map = try EvaluationPlots.error(frame: worst.frame, rendered: worst.rendered, truth: worst.truth)
            try PNGFile.write(map, to: "\(folder)/error.png")
        }
        if let sync = report.lipSync {
            try PNGFile.write(EvaluationPlots.lipSync(sync), to: "\(folder)/mouth.png")
        }
    }
}
