import CKernels
import Foundation

/// Bakes the torso: its camera never moves, so its picture is a basis of pictures, and what is left to know is how a frame's
/// coefficients follow from its pose and its code.
///
/// Some frames are rendered whole and give the basis. Of many more, a few hundred pixels are traced, which give their
/// coefficients, and from all of these a regression learns what the field's values at a few points tell.
struct TorsoBaker {
    let avatar: Avatar
    let fields: AvatarFields
    let frames: BakeFrames
    let settings: BakeSettings
    let grid: OccupancyGrid
    let shortestWave: Float
    /// Raw density that counts as 1 in the probes.
    let densest: Float
    let threads: Int

    struct Result {
        let basis: BlockBasis
        let probes: [SIMD3<Float>]
        let regression: KernelRegression
    }

    private static let probes = 192
    /// Coefficients of a frame at most.
    private static let global = 96
    /// Pixels that tell a frame's coefficients; four values each.
    private static let pixels = 384
    /// Frames that the regression learns from: so many for each snapshot, and at most.
    private static let learntPerSnapshot = 4
    private static let mostLearnt = 800
    /// Share of a time budget that rendering may take.
    private static let share = 0.25

    private var image: TorsoImage { TorsoImage(width: avatar.camera.width, height: avatar.camera.height) }
    private var march: MarchSettings { MarchSettings.ladder[0] }

    /// - Parameters:
    ///   - path: where snapshots are kept until all is done.
    ///   - plan: of which avatar and settings they are.
    /// - Throws: `.canceled`; `.unsupported` for a torso that is not there.
    func bake(
        _ path: String, plan: [UInt8], _ progress: inout BakeClock, _ isCanceled: @Sendable () -> Bool
    ) throws -> Result {
        progress.begin("rendering the torso", share: 0.84)
        let configuration = avatar.configuration
        let renderer = TorsoSnapshots(
            fields: fields, image: image, grid: grid, settings: march, near: configuration.near,
            far: configuration.far, shortestWave: shortestWave, threads: threads)
        let count = try affordable(renderer, isCanceled)
        let snapshots = frames.varied(min(count, frames.training.count), codes: 0.1)
        let file = try SnapshotFile(path: path, snapshots: snapshots.count, blocks: image.blocks, plan: plan)
        try renderer.render(
            snapshots, into: file, done: { progress.advance(to: Double($0) / Double(snapshots.count)) },
            isCanceled: isCanceled)

        progress.begin("learning how the torso moves", share: 0.92)
        let all = BasisFitter.Importance(
            weight: Array(repeating: 1, count: BakeBlock.values), filling: Array(repeating: 0, count: BakeBlock.values))
        let fitter = BasisFitter(
            file: file, threads: threads, tolerance: settings.rankTolerance, mostGlobal: Self.global
        ) { _, _, _ in all }
        let common = fitter.common()
        if isCanceled() { throw EngineError(.canceled, "bake", found: "cancelled") }
        let (basis, leverage) = fitter.fit(common)
        let probes = try TorsoProbes(
            fields: fields, image: image, grid: grid, near: configuration.near, far: configuration.far,
            shortestWave: shortestWave, threads: threads
        ).choose(
            leverage, frames: FrameChoice.spread(snapshots, count: 12), count: Self.probes, seed: settings.seed,
            isCanceled: isCanceled)
        guard !probes.isEmpty, !common.shares.isEmpty else {
            throw EngineError(
                .unsupported, avatar.name, found: "a torso that never moves or is not there", expected: "one that does",
                remedy: "render it with quality exact")
        }
        let learnt = FrameChoice.spread(
            frames.training, count: min(Self.learntPerSnapshot * snapshots.count, Self.mostLearnt))
        let targets = try coefficients(of: learnt, fitter, common, leverage, isCanceled)
        let inputs = inputs(of: learnt, probes)
        if isCanceled() { throw EngineError(.canceled, "bake", found: "cancelled") }
        let regression = KernelRegression(
            inputs: inputs, scales: TorsoInputs.scales(inputs, probes: probes.count), targets: targets,
            threads: threads)
        return Result(basis: basis, probes: probes, regression: regression)
    }

    /// Snapshots that time allows; in steps, so that an interrupted bake finds those that it has made.
    private func affordable(_ renderer: TorsoSnapshots, _ isCanceled: @Sendable () -> Bool) throws -> Int {
        guard let budget = settings.timeBudget, let first = frames.training.first else {
            return settings.torsoSnapshots
        }
        let seconds =
            try ContinuousClock().measure { _ = try renderer.results(first, isCanceled: isCanceled) } / .seconds(1)
        let count = Int(min(Double(settings.torsoSnapshots), budget * Self.share / max(seconds, 1e-6)))
        return min(settings.torsoSnapshots, max(count / 16 * 16, 16))
    }

    /// `[frames][global]`, from a few traced pixels of each.
    private func coefficients(
        of frames: [FrameRequest], _ fitter: BasisFitter, _ common: BasisFitter.Common, _ leverage: [Float],
        _ isCanceled: @Sendable () -> Bool
    ) throws -> [[Float]] {
        let (pixels, solver) = choosePixels(fitter, common, leverage)
        let configuration = avatar.configuration
        let rays = TorsoRays(
            pixels, camera: avatar.camera, pose: avatar.torsoPose, grid: grid, near: configuration.near,
            far: configuration.far, step: march.planeSpacing * shortestWave, network: fields.torso.fine)
        let seen = try rays.values(
            frames.map { fields.torsoView($0).fineCondition }, threads: threads, isCanceled: isCanceled)
        return seen.map { values in
            var values = values
            var coefficients = [Float](repeating: 0, count: solver.global)
            _ = solver.solve(&values, into: &coefficients)
            return coefficients
        }
    }

    /// The pixels that tell most, and how.
    private func choosePixels(
        _ fitter: BasisFitter, _ common: BasisFitter.Common, _ leverage: [Float]
    ) -> (pixels: [Int], solver: ProbeSolver) {
        let global = common.shares.count
        let noise = max(common.residual, 1e-3)
        var candidates: [Int] = []
        var places: [Int] = []
        for place in ProbeChoice.candidates(leverage, count: Self.pixels, seed: settings.seed &+ 2) {
            guard let pixel = image.pixel(place % BakeBlock.points, ofBlock: place / BakeBlock.points) else { continue }
            candidates.append(place)
            places.append(pixel.y * image.width + pixel.x)
        }
        let readings = fitter.readings(at: candidates, common)
        let chosen = ProbeChoice.choose(readings.map(\.effect), global: global, count: Self.pixels, noise: noise)
        let solver = ProbeSolver(
            positions: [], mean: chosen.flatMap { readings[$0].mean }, weight: chosen.flatMap { readings[$0].weight },
            effect: chosen.flatMap { readings[$0].effect }, global: global, noise: noise)
        return (chosen.map { places[$0] }, solver)
    }

    /// `[frames][inputs]` of the regression.
    private func inputs(of frames: [FrameRequest], _ probes: [SIMD3<Float>]) -> [[Float]] {
        let codeSize = avatar.configuration.torsoCodeSize
        let values = ProbeReading.values(
            probes, eyes: frames.map(\.torsoPose.translation),
            conditions: frames.map { fields.torsoView($0).fineCondition }, network: fields.torso.fine,
            densest: densest, threads: threads)
        return zip(frames, values).map { frame, values in
            var inputs = values
            inputs += Array(
                repeating: 0, count: TorsoInputs.count(probes: probes.count, codeSize: codeSize) - values.count)
            inputs.withUnsafeMutableBufferPointer {
                TorsoInputs.write(frame, codeSize: codeSize, into: $0.baseAddress! + values.count)
            }
            return inputs
        }
    }
}
