import Foundation

/// Bakes the head: finds what is seen of it, evaluates that in some frames, and tells what these have in common.
///
/// In two parts: the blocks that speech moves, which are few, are evaluated in many more frames, so that a mouth of unseen speech
/// is like some of them; and each part has coefficients of its own, so that what moves together is told together.
struct HeadBaker {
    let avatar: Avatar
    let network: FaceNeRF
    let frames: BakeFrames
    let settings: BakeSettings
    let grid: OccupancyGrid
    let shortestWave: Float
    /// Raw density that counts as 1.
    let densest: Float
    let threads: Int

    struct Part {
        /// In order of their places.
        let blocks: [BakeBlock]
        let basis: BlockBasis
        let solver: ProbeSolver
    }

    struct Result {
        let grid: VolumeGrid
        /// What speech leaves as it is, and what it moves; none without blocks.
        let parts: [Part]
    }

    /// How a part is baked.
    private struct Effort {
        let name: String
        /// Times the snapshots that are asked for.
        let snapshots: Int
        let probes: Int
        /// Coefficients of a frame at most.
        let global: Int
    }

    private static let still = Effort(name: "still", snapshots: 1, probes: 96, global: 56)
    private static let moved = Effort(name: "moved", snapshots: 4, probes: 160, global: 96)

    /// Evaluations in all, at most.
    static let mostEvaluations = 90_000_000
    /// Snapshots at least, where not every one that is asked for can be afforded.
    static let fewestSnapshots = 32
    /// Where fewer can be afforded, a multiple of this: so an interrupted bake, for which a second takes a little more or less, finds
    /// those that it has made.
    private static let snapshotStep = 8
    /// Share of a time budget that evaluating may take.
    private static let share = 0.4
    /// Frames that rays look for the shell in.
    private static let shellFrames = 40
    /// Training frames that what is usual is learnt from.
    private static let usualFrames = 300
    /// Points of the volume along an axis.
    private static let mostPoints: Int32 = 640

    /// - Parameters:
    ///   - path: where snapshots are kept until all is done: the beginning of the files' names.
    ///   - plan: of which avatar, settings and points snapshots are, from what tells these points from others.
    /// - Throws: `.canceled`; `.unsupported` for a head that is not there.
    func bake(
        _ path: String, plan digest: (String) -> [UInt8], _ progress: inout BakeClock,
        _ isCanceled: @Sendable () -> Bool
    ) throws -> Result {
        progress.begin("finding what is seen of the head", share: 0.08)
        let (whole, count) = try findVolume(isCanceled)
        let (still, moved) = SpeechSplit(
            plan: whole, network: network, densest: densest, threads: threads, seed: settings.seed
        ).parts(frames.training)
        if isCanceled() { throw canceled }

        progress.begin("evaluating the head", share: 0.4)
        let efforts = [(Self.still, still), (Self.moved, moved)].filter { !$0.1.blocks.isEmpty }
        let all = efforts.reduce(0) { $0 + $1.0.snapshots * $1.1.points }
        let stretched = frames.stretched
        var done = 0
        var files: [SnapshotFile] = []
        for (effort, plan) in efforts {
            let snapshots = SnapshotChoice(
                plan: plan, network: network, densest: densest, threads: threads, seed: settings.seed
            ).choose(
                min(effort.snapshots * count, frames.training.count), of: frames.training, and: stretched,
                isCanceled: isCanceled)
            if isCanceled() { throw canceled }
            let file = try SnapshotFile(
                path: "\(path)-\(effort.name)", snapshots: snapshots.count, blocks: plan.blocks.count,
                plan: digest("\(effort.name) \(plan.hashed)"))
            let part = effort.snapshots * plan.points
            try HeadSnapshots(network: network, plan: plan, densest: densest, threads: threads).evaluate(
                snapshots, into: file,
                done: {
                    progress.advance(to: (Double(done) + Double(part * $0) / Double(snapshots.count)) / Double(all))
                },
                isCanceled: isCanceled)
            done += part
            files.append(file)
        }

        progress.begin("finding what varies in the head", share: 0.45)
        let parts = try zip(efforts, files).map { try part($0.0, $0.1, $1, isCanceled) }
        return Result(grid: whole.grid, parts: parts)
    }

    private var canceled: EngineError { EngineError(.canceled, "bake", found: "cancelled") }

    // MARK: the volume

    /// What is seen, as fine as asked for or as can be afforded, and how many snapshots can.
    private func findVolume(_ isCanceled: @Sendable () -> Bool) throws -> (VolumePlan, snapshots: Int) {
        let looking = frames.varied(Self.shellFrames, codes: 0.3)
        var step = settings.resolution * shortestWave
        var shape = shape(cell: min(step, shortestWave / 8))
        // Cells have 32-bit numbers.
        while shape.checkedCount ?? .max > Int(UInt32.max) {
            step *= 1.25
            shape = self.shape(cell: step)
        }
        let cells = try ShellFinder(
            network: network, grid: grid, near: avatar.configuration.near, far: avatar.configuration.far,
            shortestWave: shortestWave, threads: threads, seed: settings.seed
        ).find(
            frames: looking, conditions: looking.map { network.foldCondition($0.code) }, shape: shape,
            isCanceled: isCanceled)
        guard !cells.isEmpty else {
            throw EngineError(
                .unsupported, avatar.name, found: "no head that any training pose sees", expected: "a trained head",
                remedy: "check near, far and the track")
        }
        let view = looking.reduce(SIMD3<Float>()) { $0 + CameraRays(camera: $1.camera, pose: $1.pose).forward }
        var plan = VolumePlan(cells: cells, shape: shape, spacing: step, view: view)
        // A large head, fog, or little time: fewer snapshots, then coarser ones, until they can be afforded. What that is worth is
        // measured in the end.
        let wanted = min(settings.snapshots, frames.training.count)
        let fewest = min(Self.fewestSnapshots, wanted)
        let evaluations = affordableEvaluations()
        var count = Self.snapshots(wanted, evaluations: evaluations, points: plan.points)
        while count < fewest && step < shortestWave || plan.grid.size.max() > Self.mostPoints {
            step *= 1.25
            plan = VolumePlan(cells: cells, shape: shape, spacing: step, view: view)
            count = Self.snapshots(wanted, evaluations: evaluations, points: plan.points)
        }
        return (plan, max(count, fewest))
    }

    /// The box of the occupancy grid, and what may be seen beyond it, in other cells.
    private func shape(cell: Float) -> OccupancyGrid.Shape {
        let beyond = ShellFinder.margin * Float(avatar.camera.width) / avatar.camera.focal * avatar.configuration.far
        let size = SIMD3<Float>(grid.shape.size) * grid.shape.cell + 2 * beyond
        return OccupancyGrid.Shape(
            origin: grid.shape.origin - beyond, cell: cell, size: SIMD3<Int32>((size / cell).rounded(.up)))
    }

    /// - Returns: as many as wanted, or as can be afforded.
    static func snapshots(_ wanted: Int, evaluations: Int, points: Int) -> Int {
        // What speech moves counts several times.
        let times = 1 + SpeechSplit.share * Double(moved.snapshots - still.snapshots)
        let affordable = Int(Double(evaluations) / (Double(max(points, 1)) * times))
        return affordable < wanted ? affordable / snapshotStep * snapshotStep : wanted
    }

    /// Evaluations that memory and time allow.
    private func affordableEvaluations() -> Int {
        guard let budget = settings.timeBudget else { return Self.mostEvaluations }
        let batches = 20 * threads
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
        return Int(min(Double(Self.mostEvaluations), max(rate * budget * Self.share, 1)))
    }

    // MARK: what snapshots have in common

    private func part(
        _ effort: Effort, _ plan: VolumePlan, _ file: SnapshotFile, _ isCanceled: @Sendable () -> Bool
    ) throws -> Part {
        let blocks = plan.blocks
        let fitter = BasisFitter(
            file: file, threads: threads, tolerance: settings.rankTolerance, mostGlobal: effort.global
        ) { block, mean, peak in Self.importance(blocks[block].needed, mean, peak) }
        let common = fitter.common()
        if isCanceled() { throw canceled }
        let (basis, leverage) = fitter.fit(common)
        if isCanceled() { throw canceled }
        var solver = chooseProbes(plan, fitter, common, leverage, count: effort.probes)
        let usual = FrameChoice.spread(frames.training, count: Self.usualFrames)
        solver.calibrate(
            ProbeReading.values(
                solver.positions, eyes: usual.map(\.pose.translation),
                conditions: usual.map { network.foldCondition($0.code) }, network: network, densest: densest,
                threads: threads))
        return Part(blocks: blocks, basis: basis, solver: solver)
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
        _ plan: VolumePlan, _ fitter: BasisFitter, _ common: BasisFitter.Common, _ leverage: [Float], count: Int
    ) -> ProbeSolver {
        let global = common.shares.count
        let candidates = ProbeChoice.candidates(leverage, count: count, seed: settings.seed)
        let readings = fitter.readings(at: candidates, common)
        let noise = max(common.residual, 1e-3)
        let chosen = ProbeChoice.choose(readings.map(\.effect), global: global, count: count, noise: noise)
        return ProbeSolver(
            positions: chosen.map {
                let place = candidates[$0]
                return plan.position(place % BakeBlock.points, of: plan.blocks[place / BakeBlock.points])
            },
            mean: chosen.flatMap { readings[$0].mean }, weight: chosen.flatMap { readings[$0].weight },
            effect: chosen.flatMap { readings[$0].effect }, global: global, noise: noise)
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
