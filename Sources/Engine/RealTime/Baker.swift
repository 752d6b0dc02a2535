import CKernels
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

    /// Frames that rays look for the shell in.
    private static let shellFrames = 40
    private static let headProbes = 256
    /// Training frames that what is usual is learnt from.
    private static let usualFrames = 300
    /// Pairs of frames that the bake is measured on.
    private static let measuredPairs = 10
    /// Evaluations of the head, in all, at most.
    private static let mostEvaluations = 90_000_000
    /// Snapshots of the head at least, where not every one that is asked for can be afforded.
    private static let fewestSnapshots = 32
    /// Points of the volume along an axis.
    private static let mostPoints: Int32 = 640

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
                fields: fields.head, renderer: renderer, points: Self.mostEvaluations / Self.fewestSnapshots
            ).measure(
                measured.map(\.0), SamplingOptions(avatar.configuration), threads: threads, seed: settings.seed,
                isCanceled: isCanceled)
            throw EngineError(
                .unsupported, avatar.name,
                found: "density nearly everywhere that the cameras see: a grid that can be afforded would be worth "
                    + String(format: "%.1f dB at best", forecast),
                expected: "a head and a torso in empty space", remedy: "render it with quality exact")
        }

        let (head, plan, solver) = try bakeHead(grids.head, partial, &progress, isCanceled)
        let torso = try TorsoBaker(
            avatar: avatar, fields: fields, frames: frames, settings: settings, grid: grids.torso,
            shortestWave: shortestWave, densest: densest, threads: threads
        ).bake(
            "\(partial)/torso",
            plan: digest("torso", "\(TorsoImage(width: avatar.camera.width, height: avatar.camera.height))"),
            &progress, isCanceled)

        progress.begin("measuring", share: 1)
        var writer = BakeWriter()
        add(head, plan, solver, to: &writer)
        add(torso, to: &writer)
        writer.add(.headNetwork, Self.values(avatar.head.fine))
        writer.add(.torsoNetwork, Self.values(avatar.torso.fine))
        let mouth = try withoutActuallyEscaping(isCanceled) { isCanceled in
            try MouthLocator.locate(
                avatar: avatar, codes: frames.training.map(\.code), threads: threads, isCanceled: isCanceled)
        }
        var header = header(plan, solver, torso.regression, mouth: mouth)
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

    // MARK: head

    private func bakeHead(
        _ grid: OccupancyGrid, _ partial: String, _ progress: inout BakeClock,
        _ isCanceled: @Sendable () -> Bool
    ) throws -> (basis: BlockBasis, plan: VolumePlan, solver: ProbeSolver) {
        progress.begin("finding what is seen of the head", share: 0.08)
        let network = fields.head.fine
        let configuration = avatar.configuration
        let looking = frames.varied(Self.shellFrames, codes: 0.3)
        let spacing = settings.resolution * shortestWave
        let shape = Self.shape(of: grid, cell: min(spacing, shortestWave / 8))
        let finder = ShellFinder(
            network: network, grid: grid, near: configuration.near, far: configuration.far, shortestWave: shortestWave,
            threads: threads, seed: settings.seed)
        let cells = try finder.find(
            frames: looking, conditions: looking.map { network.foldCondition($0.code) }, shape: shape,
            isCanceled: isCanceled)
        guard !cells.isEmpty else {
            throw EngineError(
                .unsupported, avatar.name, found: "no head that any training pose sees", expected: "a trained head",
                remedy: "check near, far and the track")
        }
        let view = looking.reduce(SIMD3<Float>()) { $0 + CameraRays(camera: $1.camera, pose: $1.pose).forward }
        var step = spacing
        var plan = VolumePlan(cells: cells, shape: shape, spacing: step, view: view)
        var count = min(settings.snapshots, frames.training.count)
        // Fog, or little time: coarser until it can be afforded. What that is worth is measured in the end.
        let affordable = affordableEvaluations()
        while plan.points * count > affordable && step < shortestWave || plan.grid.size.max() > Self.mostPoints {
            if count > Self.fewestSnapshots { count = Self.fewestSnapshots } else { step *= 1.25 }
            plan = VolumePlan(cells: cells, shape: shape, spacing: step, view: view)
        }

        progress.begin("evaluating the head", share: 0.4)
        let choice = SnapshotChoice(
            plan: plan, network: network, densest: densest, threads: threads, seed: settings.seed)
        let snapshots = choice.choose(count, of: frames.training, and: frames.stretched, isCanceled: isCanceled)
        if isCanceled() { throw EngineError(.canceled, "bake", found: "cancelled") }
        let file = try SnapshotFile(
            path: "\(partial)/head", snapshots: count, blocks: plan.blocks.count, plan: digest("head", plan.hashed))
        try HeadSnapshots(fields: fields, plan: plan, densest: densest, threads: threads).evaluate(
            snapshots, into: file, done: { progress.advance(to: Double($0) / Double(count)) }, isCanceled: isCanceled)

        progress.begin("finding what varies in the head", share: 0.45)
        let blocks = plan.blocks
        let fitter = BasisFitter(file: file, threads: threads, tolerance: settings.rankTolerance) { block, mean, peak in
            Self.importance(blocks[block].needed, mean, peak)
        }
        let common = fitter.common()
        if isCanceled() { throw EngineError(.canceled, "bake", found: "cancelled") }
        let (basis, leverage) = fitter.fit(common)
        if isCanceled() { throw EngineError(.canceled, "bake", found: "cancelled") }
        var solver = chooseProbes(plan, fitter, common, leverage)
        let usual = FrameChoice.spread(frames.training, count: Self.usualFrames)
        solver.calibrate(
            ProbeReading.values(
                solver.positions, eyes: usual.map(\.pose.translation),
                conditions: usual.map { network.foldCondition($0.code) }, network: network, densest: densest,
                threads: threads))
        return (basis, plan, solver)
    }

    /// The box of an occupancy grid in other cells.
    private static func shape(of grid: OccupancyGrid, cell: Float) -> OccupancyGrid.Shape {
        let scale = grid.shape.cell / cell
        let size = SIMD3<Float>(grid.shape.size) * scale
        return OccupancyGrid.Shape(origin: grid.shape.origin, cell: cell, size: SIMD3<Int32>(size.rounded(.up)))
    }

    /// Colours matter as far as their point is ever opaque, densities wherever somebody looks.
    private static func importance(_ needed: UInt64, _ mean: [Float], _ peak: [Float]) -> BasisFitter.Importance {
        var weight = [Float](repeating: 0, count: BakeBlock.values)
        var color = SIMD3<Float>()
        for point in 0..<BakeBlock.points where needed >> UInt64(point) & 1 == 1 {
            let opacity = BakedScale.opacity(peak[4 * point + 3])
            for channel in 0..<3 {
                weight[4 * point + channel] = max(opacity, 0.02)
                color[channel] += mean[4 * point + channel] / Float(needed.nonzeroBitCount)
            }
            weight[4 * point + 3] = 1
        }
        let filling = (0..<BakeBlock.values).map { $0 % 4 == 3 ? -BakedScale.emptiest : color[$0 % 4] }
        return BasisFitter.Importance(weight: weight, filling: filling)
    }

    private func chooseProbes(
        _ plan: VolumePlan, _ fitter: BasisFitter, _ common: BasisFitter.Common, _ leverage: [Float]
    ) -> ProbeSolver {
        let global = common.shares.count
        let candidates = ProbeChoice.candidates(leverage, count: Self.headProbes, seed: settings.seed)
        let readings = fitter.readings(at: candidates, common)
        let noise = max(common.residual, 1e-3)
        let chosen = ProbeChoice.choose(
            readings.map(\.effect), global: global, count: Self.headProbes, noise: noise)
        return ProbeSolver(
            positions: chosen.map {
                let place = candidates[$0]
                return plan.position(place % BakeBlock.points, of: plan.blocks[place / BakeBlock.points])
            },
            mean: chosen.flatMap { readings[$0].mean }, weight: chosen.flatMap { readings[$0].weight },
            effect: chosen.flatMap { readings[$0].effect }, global: global, noise: noise)
    }

    // MARK: time

    /// Share of a time budget that evaluating the head may take.
    private static let headShare = 0.4

    /// Evaluations of the head that memory and time allow.
    private func affordableEvaluations() -> Int {
        guard let budget = settings.timeBudget else { return Self.mostEvaluations }
        let (batches, network) = (20 * threads, fields.head.fine)
        let condition = network.foldCondition(Array(repeating: 0, count: network.conditionSize))
        let workers = (0..<threads).map { _ in PointEvaluator(network) }
        let seconds =
            ContinuousClock().measure {
                Parallel.run(threads: threads, pieces: batches) { worker, _ in
                    workers[worker].begin()
                    for _ in 0..<PointEvaluator.batch { workers[worker].add(.zero, from: SIMD3(0, 0, 1)) }
                    workers[worker].evaluate(condition)
                }
            } / .seconds(1)
        let rate = Double(batches * PointEvaluator.batch) / max(seconds, 1e-6)
        return Int(min(Double(Self.mostEvaluations), max(rate * budget * Self.headShare, 1)))
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
        _ plan: VolumePlan, _ solver: ProbeSolver, _ regression: KernelRegression, mouth: SIMD3<Float>
    ) -> BakeHeader {
        let configuration = avatar.configuration
        return BakeHeader(
            fingerprint: BakedAvatar.fingerprint(of: avatar), settings: settings, report: nil, grid: plan.grid,
            image: TorsoImage(width: avatar.camera.width, height: avatar.camera.height), focal: avatar.camera.focal,
            centerX: avatar.camera.centerX, centerY: avatar.camera.centerY, densest: densest, near: configuration.near,
            far: configuration.far, headGlobal: solver.global, torsoGlobal: regression.outputs,
            usualMisfit: solver.usualMisfit, kernelLength: regression.length,
            farthest: regression.farthest, mouth: mouth)
    }

    private static func values(_ network: [String: Tensor]) -> [Float] {
        network.sorted { $0.key < $1.key }.flatMap(\.value.values)
    }

    private func add(_ basis: BlockBasis, _ plan: VolumePlan, _ solver: ProbeSolver, to writer: inout BakeWriter) {
        writer.add(.headMean, basis.mean)
        writer.add(.headFirst, basis.first)
        writer.add(.headRows, basis.rows)
        writer.add(.headMap, basis.map)
        writer.add(.headPlaces, plan.blocks.map { plan.grid.place(ofBlock: $0.corner) })
        writer.add(.headCorners, plan.blocks.flatMap { [Int16($0.corner.x), Int16($0.corner.y), Int16($0.corner.z)] })
        writer.add(.headProbes, solver.positions.flatMap { [$0.x, $0.y, $0.z] })
        writer.add(.headProbeMean, solver.mean)
        writer.add(.headProbeWeight, solver.weight)
        writer.add(.headEffect, solver.effect)
        writer.add(.headSolution, solver.solution)
        writer.add(.headRange, solver.range)
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

extension VolumePlan {
    /// What tells it from other plans.
    fileprivate var hashed: String {
        let bytes = blocks.flatMap { block in
            withUnsafeBytes(of: (block.corner, block.needed)) { [UInt8]($0.prefix(24)) }
        }
        return "\(grid) " + Fingerprint.hexadecimal(Fingerprint.digest(bytes))
    }
}

extension CameraRays {
    /// The direction that the camera looks in.
    var forward: SIMD3<Float> {
        direction(x: 1, y: 1) + direction(x: -1, y: -1)
    }
}
