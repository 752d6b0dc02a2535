import Foundation
import Synchronization

/// The exact picture with the work left out that does not change it.
///
/// An avatar's fields are empty nearly everywhere and smooth where they are not. The renderer learns where (`OccupancyGrid`),
/// marches the rest as one continuous integral (`LatticeMarcher`), and measures the result on true exact rays before it trusts
/// it: the cheapest setting that is faithful is used, and two-pass rendering where none is. What was learnt is kept in a file.
public final class AcceleratedRenderer: FrameRenderer {
    private let avatar: Avatar
    private let fields: AvatarFields
    private let exact: ExactRenderer
    private let fast: ExactRenderer
    private let sampling: SamplingOptions
    private let variant: KernelVariant
    private let threads: Int
    private let file: ShortcutFile?
    private let shortestWave: Float
    private let shortcuts: Mutex<Shortcuts?>
    private let evaluated = Atomic<Int>(0)

    /// Exact rays that a certificate rests on.
    private static let certifyingRays = 1_500
    /// Exact rays that a known certificate is checked on for new speech and poses.
    private static let checkingRays = 192

    /// - Parameter cache: where to keep what was learnt; nil forgets it with the renderer.
    public init(avatar: Avatar, precision: Precision, threads: Int, cache: ShortcutFile?) throws(EngineError) {
        self.avatar = avatar
        self.threads = max(threads, 1)
        variant = KernelVariant.best(for: precision)
        sampling = SamplingOptions(avatar.configuration)
        fields = try AvatarFields(avatar, variant: variant)
        let exactVariant = KernelVariant.best(for: .fp32)
        let exactFields = exactVariant == variant ? fields : try AvatarFields(avatar, variant: exactVariant)
        exact = ExactRenderer(fields: exactFields, sampling: sampling, threads: threads)
        fast = ExactRenderer(fields: fields, sampling: sampling, threads: threads)
        shortestWave = 2 * .pi / Float(1 << max(avatar.configuration.positionOctaves - 1, 0))
        file = cache
        shortcuts = Mutex(nil)
    }

    /// A renderer of the same avatar, sharing its networks, that learns and remembers for itself.
    public init(sharing other: AcceleratedRenderer, cache: ShortcutFile?) {
        avatar = other.avatar
        threads = other.threads
        variant = other.variant
        sampling = other.sampling
        fields = other.fields
        exact = other.exact
        fast = other.fast
        shortestWave = other.shortestWave
        file = cache
        shortcuts = Mutex(nil)
    }

    /// The certificate in force for a camera, once `prepare` has found one.
    public func certificate(for camera: Camera) -> Certificate? {
        shortcuts.withLock { $0?.certificates[key(camera)] }
    }

    private func key(_ camera: Camera) -> String {
        Shortcuts.key(camera, variant)
    }

    /// Where head and torso may have density, once `prepare` has found out; nil where that is nearly everywhere.
    var occupancy: (head: OccupancyGrid, torso: OccupancyGrid)? {
        guard let known = shortcuts.withLock({ $0 }), let head = known.head, let torso = known.torso else { return nil }
        return (head, torso)
    }

    /// Network evaluations made by marching since the renderer was made, in both fields.
    public var evaluations: Int { evaluated.load(ordering: .relaxed) }

    public func render(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Frame {
        if certificate(for: request.camera) == nil {
            try prepare(for: [request], report: { _ in }, isCanceled: isCanceled)
        }
        let known = shortcuts.withLock { $0 } ?? Shortcuts()
        let strategy = known.certificates[key(request.camera)]?.strategy ?? .exactTwoPass
        return try render(request, strategy, known, isCanceled)
    }

    /// Whether frames are marched, in seconds each, and not traced in two passes, in minutes; once `prepare` has found out.
    func isMarching(_ camera: Camera) -> Bool {
        if case .march = certificate(for: camera)?.strategy { true } else { false }
    }

    /// Some pixels' colours only, in two passes with the fast kernels: bounded where whole frames would take minutes each.
    func trace(
        _ request: FrameRequest, pixels: [Int], isCanceled: @Sendable () -> Bool
    ) throws -> [SIMD3<Float>] {
        try fast.render(request, pixels: pixels, isCanceled: isCanceled)
    }

    private func render(
        _ request: FrameRequest, _ strategy: RenderStrategy, _ known: Shortcuts, _ isCanceled: @Sendable () -> Bool
    ) throws -> Frame {
        switch strategy {
        case .exactTwoPass: return try exact.render(request, isCanceled: isCanceled)
        case .fastTwoPass: return try fast.render(request, isCanceled: isCanceled)
        case .march(let rung): return try march(request, MarchSettings.ladder[rung], known, isCanceled)
        }
    }

    private func march(
        _ request: FrameRequest, _ settings: MarchSettings, _ known: Shortcuts, _ isCanceled: @Sendable () -> Bool
    ) throws -> Frame {
        let composer = try FrameComposer(request)
        func results(_ view: FieldView, _ grid: OccupancyGrid?, visible: [Float]?) throws -> [RayResult] {
            let marcher = LatticeMarcher(
                view: view, camera: request.camera, near: sampling.near, far: sampling.far, settings: settings,
                shortestWave: shortestWave, threads: threads)
            defer { evaluated.add(marcher.evaluations, ordering: .relaxed) }
            return try marcher.march(grid: grid ?? .unknown, visible: visible, isCanceled: isCanceled)
        }
        let torso = request.headOnly ? nil : try results(fields.torsoView(request), known.torso, visible: nil)
        let head = try results(fields.headView(request), known.head, visible: torso?.map(\.lastWeight))
        return composer.frame(head: head, torso: torso)
    }

    /// Marches more finely from now on than its certificate asks for, until the renderer goes: for those who have found that not to be
    /// enough for what they hold against it.
    ///
    /// - Returns: false where frames are as fine as they get, or in two passes.
    public func refine(for camera: Camera) -> Bool {
        let key = key(camera)
        return shortcuts.withLock { known in
            guard case .march(let rung)? = known?.certificates[key]?.strategy,
                MarchSettings.ladder.indices.contains(rung + 1)
            else { return false }
            known?.certificates[key]?.strategy = .march(rung: rung + 1)
            return true
        }
    }

    // MARK: learning

    /// Takes over what an earlier `prepare` has kept for a camera, without asking whether it holds: for those who continue the
    /// very video that it was made for, and want the very same pictures.
    ///
    /// - Returns: whether there was anything.
    public func resume(for camera: Camera) -> Bool {
        guard let known = file?.read(), known.certificates[key(camera)] != nil else { return false }
        shortcuts.withLock { $0 = known }
        return true
    }

    public func prepare(
        for samples: [FrameRequest], report: (String) -> Void, isCanceled: @Sendable () -> Bool
    ) throws {
        guard let first = samples.first else { return }
        let key = key(first.camera)
        var known = shortcuts.withLock { $0 } ?? file?.read()
        if let certificate = known?.certificates[key] {
            guard case .march = certificate.strategy else {
                shortcuts.withLock { $0 = known }
                return
            }
            // New speech and poses: see whether what was learnt from others holds for them.
            let probe = try Probe(
                samples: FrameChoice.diverse(samples, count: 1), rays: Self.checkingRays, exact: exact,
                seed: avatar.fingerprint, isCanceled: isCanceled)
            let fidelity = try measure(probe, certificate.strategy, known ?? Shortcuts(), isCanceled)
            if fidelity.high >= Certificate.floor {
                shortcuts.withLock { $0 = known }
                return
            }
            report(Self.decibels("the kept certificate does not hold for this speech", fidelity))
            known = nil
        }
        if known == nil { known = try learn(samples, report, isCanceled) }
        var found = known ?? Shortcuts()
        found.certificates[key] = try certify(samples, found, report, isCanceled)
        shortcuts.withLock { $0 = found }
        if let problem = file?.write(found) { report(problem) }
    }

    /// Writes what is known into another file, for `resume`.
    ///
    /// - Throws: `.unwritable`.
    public func save(to file: ShortcutFile) throws(EngineError) {
        guard let known = shortcuts.withLock({ $0 }) else { return }
        if let problem = file.write(known) {
            throw EngineError(.unwritable, "shortcuts", found: problem, remedy: "make room or change the permissions")
        }
    }

    /// Asks both fields under conditions of the samples and of the avatar's own training.
    private func learn(
        _ samples: [FrameRequest], _ report: (String) -> Void, _ isCanceled: @Sendable () -> Bool
    ) throws -> Shortcuts {
        guard sampling.importanceSamples > 0 else { return Shortcuts() }
        report("looking where the avatar is (once for each avatar) ...")
        let start = ContinuousClock.now
        let requests = FrameChoice.diverse(samples, count: 4) + trainingRequests(count: 4)
        let track = avatar.trainingTrack
        let camera = avatar.camera
        let poses = FrameChoice.spread(track.poses, count: 32) + FrameChoice.spread(samples, count: 32).map(\.pose)
        func grid(_ network: FaceNeRF, _ cameras: [CameraRays], _ conditions: [FloatBuffer]) throws -> OccupancyGrid? {
            try OccupancyLearner(
                network: network, cameras: cameras, camera: camera, near: sampling.near, far: sampling.far,
                conditions: conditions, shortestWave: shortestWave, threads: threads, seed: 1
            ).learn(isCanceled: isCanceled)
        }
        let head = try grid(
            fields.head.fine, poses.map { CameraRays(camera: camera, pose: $0) },
            requests.map { fields.headView($0).fineCondition })
        let torso = try grid(
            fields.torso.fine, [CameraRays(camera: camera, pose: avatar.torsoPose)],
            requests.map { fields.torsoView($0).fineCondition })
        report("looked at head and torso in \(Self.seconds(since: start))")
        return Shortcuts(head: head, torso: torso)
    }

    /// Frames of the avatar's own training, where the folder has features.
    private func trainingRequests(count: Int) -> [FrameRequest] {
        guard let path = avatar.featureFiles.first, let features = try? SpeechFeatures.read(path: path) else {
            return []
        }
        let schedule = FrameSchedule(features: features, track: avatar.trainingTrack, loop: .loop)
        let codes = avatar.codes(features: features, schedule: schedule)
        let frames = FrameChoice.spread(Array(0..<schedule.count), count: 300).map { k in
            FrameRequest(
                camera: avatar.camera, pose: avatar.trainingTrack.poses[schedule.poseIndices[k]],
                torsoPose: avatar.torsoPose, code: codes[k], background: .picture(avatar.background))
        }
        return FrameChoice.diverse(frames, count: count)
    }

    /// The cheapest strategy that is faithful on exact rays of some of the samples.
    private func certify(
        _ samples: [FrameRequest], _ known: Shortcuts, _ report: (String) -> Void, _ isCanceled: @Sendable () -> Bool
    ) throws -> Certificate {
        var candidates: [RenderStrategy] = []
        if known.head != nil, known.torso != nil {
            candidates += MarchSettings.ladder.indices.map { .march(rung: $0) }
        }
        if variant != KernelVariant.best(for: .fp32) { candidates.append(.fastTwoPass) }
        guard !candidates.isEmpty else {
            report("there is density nearly everywhere: rendering in two passes")
            return .exact
        }
        let probe = try Probe(
            samples: FrameChoice.diverse(samples, count: 1) + FrameChoice.spread(samples, count: 2),
            rays: Self.certifyingRays, exact: exact, seed: avatar.fingerprint, isCanceled: isCanceled)
        for strategy in candidates {
            let fidelity = try measure(probe, strategy, known, isCanceled)
            report(Self.decibels("\(strategy)", fidelity))
            if fidelity.measured >= Certificate.floor {
                return Certificate(
                    strategy: strategy, fidelity: fidelity.measured, assured: fidelity.low, rays: probe.rays)
            }
        }
        return .exact
    }

    private func measure(
        _ probe: Probe, _ strategy: RenderStrategy, _ known: Shortcuts, _ isCanceled: @Sendable () -> Bool
    ) throws -> Fidelity {
        try probe.fidelity { request, pixels in
            if strategy == .fastTwoPass { return try fast.render(request, pixels: pixels, isCanceled: isCanceled) }
            let frame = try render(request, strategy, known, isCanceled)
            return pixels.map { SIMD3(frame.rgb[3 * $0], frame.rgb[3 * $0 + 1], frame.rgb[3 * $0 + 2]) }
        }
    }

    private static func decibels(_ what: String, _ fidelity: Fidelity) -> String {
        "\(what): \(String(format: "%.1f", fidelity.measured)) dB against exact rays"
    }

    private static func seconds(since start: ContinuousClock.Instant) -> String {
        String(format: "%.1f s", (ContinuousClock.now - start) / .seconds(1))
    }
}
