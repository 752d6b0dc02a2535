import Foundation

/// Evaluates an avatar's networks beforehand, wherever there is something to see, and writes what real-time rendering needs.
public final class Baker: Sendable {
    private let avatar: Avatar
    private let settings: BakeSettings
    private let frames: BakeFrames
    private let threads: Int
    private let renderer: AcceleratedRenderer
    private let fields: AvatarFields
    private let shortestWave: Float
    private let densest: Float

    /// Pairs of frames that the bake is measured on.
    private static let measuredPairs = 10

    /// - Parameter cache: where what is learnt for exact rendering is kept; nil forgets it.
    public convenience init(
        _ avatar: Avatar, settings: BakeSettings, threads: Int, cache: ShortcutFile?
    ) throws(EngineError) {
        try self.init(
            avatar, frames: BakeFrames(avatar, seed: settings.seed), settings: settings, threads: threads, cache: cache)
    }

    /// - Parameter frames: the avatar's, or others.
    init(
        _ avatar: Avatar, frames: BakeFrames, settings: BakeSettings, threads: Int, cache: ShortcutFile?
    ) throws(EngineError) {
        self.avatar = avatar
        self.frames = frames
        self.settings = settings
        self.threads = max(threads, 1)
        renderer = try AcceleratedRenderer(avatar: avatar, precision: .fast, threads: threads, cache: cache)
        fields = try AvatarFields(avatar, variant: .best(for: .fast))
        shortestWave = 2 * .pi / Float(1 << max(avatar.configuration.positionOctaves - 1, 0))
        densest = BakedScale.opticalDepth / (2 * settings.resolution * shortestWave)
    }

    /// Bakes, going on where an interrupted bake of the same avatar and settings to the same path has stopped.
    ///
    /// - Parameters:
    ///   - path: the baked file; what is not finished lies in `path.partial` meanwhile.
    ///   - report: receives the progress several times a second.
    /// - Throws: `.canceled`; `.unwritable`; `.unsupported` with the reason if the avatar cannot be baked.
    public func bake(
        to path: String, report: (BakeProgress) -> Void, isCanceled: @Sendable () -> Bool
    ) throws -> BakeReport {
        try withoutActuallyEscaping(report) { report in
            var progress = BakeClock(report: report)
            return try bake(to: path, &progress, isCanceled)
        }
    }

    private func bake(
        to path: String, _ progress: inout BakeClock, _ isCanceled: @Sendable () -> Bool
    ) throws -> BakeReport {
        let start = ContinuousClock.now
        let partial = "\(path).partial"
        do {
            try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: true)
        } catch {
            throw EngineError(
                .unwritable, partial, found: error.localizedDescription, remedy: "name another place with --output")
        }
        progress.begin("looking where the avatar is", share: 0.03)
        let measured = measuredFrames()
        try renderer.prepare(for: measured.flatMap { [$0.0, $0.1] }, report: { _ in }, isCanceled: isCanceled)
        guard let grids = renderer.occupancy else {
            let forecast = try FogForecast(
                fields: fields.head, renderer: renderer, points: HeadBaker.mostEvaluations / HeadBaker.fewestSnapshots
            ).measure(
                measured.map(\.0), SamplingOptions(avatar.configuration), threads: threads, seed: settings.seed,
                isCanceled: isCanceled)
            throw EngineError(
                .unsupported, avatar.name,
                found: "density nearly everywhere that the cameras see: a grid that can be afforded would be worth "
                    + String(format: "%.1f dB at best", forecast),
                expected: "a head and a torso in empty space", remedy: "render it with quality exact")
        }

        let head = try HeadBaker(
            avatar: avatar, network: fields.head.fine, frames: frames, settings: settings, grid: grids.head,
            shortestWave: shortestWave, densest: densest, threads: threads
        ).bake("\(partial)/head", plan: { digest("head", $0) }, &progress, isCanceled)
        let torso = try TorsoBaker(
            avatar: avatar, fields: fields, frames: frames, settings: settings, grid: grids.torso,
            shortestWave: shortestWave, densest: densest, threads: threads
        ).bake(
            "\(partial)/torso",
            plan: digest("torso", "\(TorsoImage(width: avatar.camera.width, height: avatar.camera.height))"),
            &progress, isCanceled)

        progress.begin("measuring", share: 1)
        var writer = BakeWriter()
        for (index, part) in head.parts.enumerated() { add(part, index, head.grid, to: &writer) }
        add(torso, to: &writer)
        writer.add(.headNetwork, Self.values(avatar.head.fine))
        writer.add(.torsoNetwork, Self.values(avatar.torso.fine))
        let mouth = try withoutActuallyEscaping(isCanceled) { isCanceled in
            try MouthLocator.locate(
                avatar: avatar, codes: frames.training.map(\.code), threads: threads, isCanceled: isCanceled)
        }
        var header = header(head, torso.regression, mouth: mouth)
        let candidate = "\(partial)/candidate.bake"
        try writer.write(header, to: candidate)
        let baked = try BakedAvatar(path: candidate, avatar: avatar, needsReport: false)
        let fidelity = BakeFidelity(
            exact: renderer, subject: RealTimeRenderer(baked, threads: threads), mouth: baked.mouth, seed: settings.seed
        )
        var result = try fidelity.measure(
            measured, done: { progress.advance(to: Double($0) / Double(2 * measured.count)) }, isCanceled: isCanceled)
        result.seconds = (ContinuousClock.now - start) / .seconds(1)
        header.report = result
        try writer.write(header, to: path)
        try? FileManager.default.removeItem(atPath: partial)
        return result
    }

    /// Of those held out: evenly spread ones, and those with the strangest codes.
    private func measuredFrames() -> [(FrameRequest, FrameRequest)] {
        let spread = FrameChoice.spread(frames.heldOut, count: Self.measuredPairs - 2)
        let strange = FrameChoice.diverse(frames.heldOut.map(\.0), count: 2)
        return spread + strange.compactMap { frame in frames.heldOut.first { $0.0.code == frame.code } }
    }

    // MARK: the file

    /// What snapshots are of, so that others are not gone on from.
    private func digest(_ part: String, _ shape: String) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var shaping = settings
        // What the basis may leave out is decided after them.
        shaping.rankTolerance = 0
        let settings = (try? encoder.encode(shaping)) ?? Data()
        let text = "\(part) \(BakeHeader.version) \(BakedAvatar.fingerprint(of: avatar)) \(shape) "
        return Fingerprint.digest(Array(text.utf8) + [UInt8](settings))
    }

    private func header(
        _ head: HeadBaker.Result, _ regression: KernelRegression, mouth: SIMD3<Float>
    ) -> BakeHeader {
        let configuration = avatar.configuration
        return BakeHeader(
            fingerprint: BakedAvatar.fingerprint(of: avatar), settings: settings, report: nil, grid: head.grid,
            image: TorsoImage(width: avatar.camera.width, height: avatar.camera.height), focal: avatar.camera.focal,
            centerX: avatar.camera.centerX, centerY: avatar.camera.centerY, densest: densest, near: configuration.near,
            far: configuration.far, headGlobal: head.parts.map(\.solver.global), torsoGlobal: regression.outputs,
            usualMisfit: head.parts.map(\.solver.usualMisfit), kernelLength: regression.length,
            farthest: regression.farthest, mouth: mouth)
    }

    private static func values(_ network: [String: Tensor]) -> [Float] {
        network.sorted { $0.key < $1.key }.flatMap(\.value.values)
    }

    private func add(_ part: HeadBaker.Part, _ index: Int, _ grid: VolumeGrid, to writer: inout BakeWriter) {
        let (basis, solver) = (part.basis, part.solver)
        writer.add(.headMean, part: index, basis.mean)
        writer.add(.headFirst, part: index, basis.first)
        writer.add(.headRows, part: index, basis.rows)
        writer.add(.headMap, part: index, basis.map)
        writer.add(.headPlaces, part: index, part.blocks.map { grid.place(ofBlock: $0.corner) })
        writer.add(
            .headCorners, part: index,
            part.blocks.flatMap { [Int16($0.corner.x), Int16($0.corner.y), Int16($0.corner.z)] })
        writer.add(.headProbes, part: index, solver.positions.flatMap { [$0.x, $0.y, $0.z] })
        writer.add(.headProbeMean, part: index, solver.mean)
        writer.add(.headProbeWeight, part: index, solver.weight)
        writer.add(.headEffect, part: index, solver.effect)
        writer.add(.headSolution, part: index, solver.solution)
        writer.add(.headRange, part: index, solver.range)
    }

    private func add(_ torso: TorsoBaker.Result, to writer: inout BakeWriter) {
        let (basis, regression) = (torso.basis, torso.regression)
        let image = TorsoImage(width: avatar.camera.width, height: avatar.camera.height)
        writer.add(.torsoMean, basis.mean)
        writer.add(.torsoFirst, basis.first)
        writer.add(.torsoRows, basis.rows)
        writer.add(.torsoMap, basis.map)
        writer.add(.torsoPlaces, (0..<image.blocks).map(image.place(ofBlock:)))
        writer.add(.torsoProbes, torso.probes.flatMap { [$0.x, $0.y, $0.z] })
        writer.add(.torsoInputMean, regression.mean)
        writer.add(.torsoDirections, regression.directions)
        writer.add(.torsoSamples, regression.samples)
        writer.add(.torsoLinear, regression.linear)
        writer.add(.torsoWeights, regression.weights)
        writer.add(.torsoRange, regression.range)
    }
}
