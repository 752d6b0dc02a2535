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
        if let threads, !(1...1_024).contains(threads) {
            throw ValidationError("--threads \(threads) is not between 1 and 1024")
        }
    }

    func run() throws {
        let interruption = Interruption.watch()
        let isCanceled: @Sendable () -> Bool = { interruption.isRequested }
        // Before any time is spent on them.
        for path in [json == "-" ? nil : json, picture].compactMap({ $0 }) { _ = try OutputFile(path) }
        let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        let avatar = try AvatarFolder.load(path: avatar, decodeImage: PictureFile.read)
        let performance = try performance(of: avatar)
        let exact = ExactRenderer(
            fields: try AvatarFields(avatar, variant: .best(for: .fp32)),
            sampling: SamplingOptions(avatar.configuration), threads: threads)
        let accelerated = try AcceleratedRenderer(
            avatar: avatar, precision: .fast, threads: threads, cache: ShortcutFile(avatar: avatar, folder: cache))
        let baked = BakedAvatar.paths(of: avatar, folder: cache).first(where: FileManager.default.fileExists(atPath:))
        let quality = quality ?? (baked == nil ? .exact : .realtime)

        let subject: any FrameRenderer
        var truth: TruthFrames
        var reference = accelerated
        switch quality {
        case .exact:
            subject = accelerated
            truth = .rendered(exact, "two passes in fp32")
        case .realtime:
            guard let baked else {
                throw EngineError(
                    .inconsistent, avatar.folder, found: "no baked file", expected: "one for --quality realtime",
                    remedy: "run adnerf bake first")
            }
            subject = try RealTimeRenderer(BakedAvatar(path: baked, avatar: avatar), threads: threads)
            reference = try AcceleratedRenderer(
                avatar: avatar, precision: .fp32, threads: threads, cache: ShortcutFile(avatar: avatar, folder: cache),
                isFinest: true)
            truth = .rendered(reference, "exact, accelerated")
        }
        if let folder = self.truth { truth = try .folder(folder) }

        let chosen = try choice(performance, limit: truth.count)
        let requests = chosen.map(performance.request)
        Terminal.note("looking for the mouth ...")
        let mouth = try MouthLocator.locate(avatar: avatar, threads: threads, isCanceled: isCanceled)
        if quality == .exact || self.truth == nil {
            try reference.prepare(for: requests, report: Terminal.note, isCanceled: isCanceled)
        }
        var certified: (decibels: Double, rays: Int)?
        if quality == .realtime, self.truth == nil {
            certified = try TruthCertificate.measure(
                reference, against: exact, frames: Array(requests.prefix(2)), mouth: mouth, seed: seed,
                isCanceled: isCanceled)
            if let certified, certified.decibels < Certificate.floor {
                Terminal.note("the exact renders themselves are worth only \(Self.text(certified.decibels)) dB here")
            }
        }
        let evaluation = Evaluation(performance: performance, subject: subject, truth: truth, isCanceled: isCanceled)
        let start = ContinuousClock.now
        var progress = ProgressReporter(
            total: chosen.count, style: Terminal.progressStyle,
            clock: { (ContinuousClock.now - start) / .seconds(1) }, output: Terminal.write)
        var worst: (psnr: Double, rendered: Picture, truth: Picture)?
        let report = try evaluation.run(
            frames: chosen, mouth: mouth, name: quality.rawValue, certified: certified,
            progress: { progress.update(done: $0) }
        ) { _, rendered, exact in
            let psnr = try PictureComparison(rendered, truth: exact).psnr
            if psnr < worst?.psnr ?? .infinity { worst = (psnr, rendered, exact) }
        }
        progress.finish(done: chosen.count)
        try write(report)
        if let picture, let worst {
            try PNGFile.write(SideBySide.picture(truth: worst.truth, rendered: worst.rendered), to: picture)
        }
    }

    private func write(_ report: EvaluationReport) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = [UInt8](try encoder.encode(report))
        if json == "-" { return print(String(decoding: bytes, as: UTF8.self)) }
        if let json { try OutputFile(json).write(bytes) }
        print(EvaluationTable(report).text)
    }

    // MARK: what is rendered

    private func performance(of avatar: Avatar) throws -> Performance {
        func named(_ name: String) -> String? { avatar.featureFiles.first { $0.hasSuffix("/\(name)") } }
        let own = avatar.configuration.audioFile.split(separator: "/").last.map(String.init) ?? "aud.npy"
        guard let path = features ?? named("aud_val.npy") ?? named(own) ?? avatar.featureFiles.first else {
            throw EngineError(
                .inconsistent, avatar.folder, found: "no speech features", expected: "aud_val.npy or aud.npy",
                remedy: "pass --features FILE.npy")
        }
        func track(_ name: String) -> PoseTrack? { avatar.tracks.first { $0.name == name } }
        let chosen =
            if let poses {
                try track(poses) ?? PoseTrack.read(path: poses, stride: avatar.configuration.poseStride)
            } else {
                track("transforms_val") ?? avatar.defaultTrack
            }
        return try Performance(
            avatar: avatar, features: try SpeechFeatures.read(path: path), track: chosen, loop: .pingPong, size: size)
    }

    private func choice(_ performance: Performance, limit: Int?) throws -> [Int] {
        let avatar = performance.avatar
        let count = min(performance.count, limit ?? .max)
        let poses = performance.schedule.poseIndices.prefix(count).map { performance.track.poses[$0] }
        let training = avatar.featureFiles.first { $0.hasSuffix("/aud_train.npy") || $0.hasSuffix("/aud.npy") }
        var codes: [[Float]] = []
        if let training {
            let features = try SpeechFeatures.read(path: training)
            codes = avatar.codes(
                features: features,
                schedule: FrameSchedule(features: features, track: avatar.trainingTrack, loop: .loop))
        }
        let chosen = EvaluationFrames.choose(
            frames, codes: Array(performance.codes.prefix(count)), poses: poses, trainingCodes: codes,
            trainingPoses: avatar.trainingTrack.poses, seed: seed)
        guard !chosen.isEmpty else {
            throw EngineError(
                .inconsistent, avatar.folder, found: "\(count) frames", expected: "at least two",
                remedy: "pass longer --features")
        }
        return chosen
    }

    static func text(_ value: Double) -> String { String(format: "%.1f", value) }
}
