import Foundation
import Testing

@testable import Engine

/// Every stage of the reference's traces, ray by ray.
///
/// A fine sample whose cumulative weight lies at a bin's edge may land on the other side of it, so the traced fine stages are
/// held to the reference in 99.9 % of their values, while the fine NETWORK is held to it everywhere, at the reference's depths.
@Suite(.serialized) struct StageParityTests {
    static let small: [ReferenceAvatar] = [.tiny, .options]
    static let shared: [ReferenceAvatar] = [.random, .narrow]
    static let exact = KernelVariant.allCases.filter {
        $0.isSupported && $0 != .scalar && $0 != .bf16 && $0 != .bf16Portable
    }
    static let rounded = KernelVariant.allCases.filter { $0.isSupported && ($0 == .bf16 || $0 == .bf16Portable) }

    /// So few rays that 99.9 % of them are all, one of which ends where coarse weights vanish: twice the tolerance.
    @Test(arguments: small) func scalarStages(avatar: ReferenceAvatar) throws {
        try checkStages(avatar, .scalar, fineTolerance: 4e-4)
    }

    @Test(.enabled(if: AvatarFixtures.hasShared, "needs ../shared/avatars"), arguments: shared)
    func scalarStagesOfSharedAvatars(avatar: ReferenceAvatar) throws {
        try checkStages(avatar, .scalar)
    }

    @Test(arguments: small, exact) func stagesOfVariants(avatar: ReferenceAvatar, variant: KernelVariant) throws {
        try checkStages(avatar, variant, fineTolerance: 4e-4)
    }

    @Test(.enabled(if: AvatarFixtures.hasShared, "needs ../shared/avatars"), arguments: shared, exact)
    func stagesOfVariantsOfSharedAvatars(avatar: ReferenceAvatar, variant: KernelVariant) throws {
        try checkStages(avatar, variant)
    }

    @Test(.enabled(if: AvatarFixtures.hasShared, "needs ../shared/avatars"))
    func stagesOfATrainedAvatar() throws {
        try checkStages(.demo, .best(for: .fp32))
    }

    /// - Parameter fineTolerance: of the foreground and the last weight.
    private func checkStages(
        _ reference: ReferenceAvatar, _ variant: KernelVariant, fineTolerance: Float = 2e-4
    ) throws {
        let trace = try reference.reference()
        let loaded = try reference.load()
        let fields = try AvatarFields(loaded.avatar, variant: variant)
        let rays = trace.pixels.count
        for frame in reference.frames {
            let request = loaded.request(frame: frame)
            var parts: [String: TracedRays] = [:]
            for (part, view, condition) in [
                ("head", fields.headView(request), request.code),
                (
                    "torso", fields.torsoView(request),
                    loaded.avatar.torsoCondition(code: request.code, pose: request.pose)
                ),
            ] {
                func expected(_ stage: String) throws -> [Float] { try trace.stage("\(part)_\(stage)", frame: frame) }
                let what = "\(reference.name), frame \(frame), \(part), \(variant.rawValue)"
                #expect(try Difference.largest(condition, expected("condition")) <= 1e-5, "\(what): condition")
                let traced = try TracedRays(
                    view: view, request: request, sampling: loaded.sampling, pixels: trace.pixels)
                parts[part] = traced
                func found(_ stage: String) -> [Float] { traced.stages[stage]! }

                #expect(
                    try Difference.largest(found("directions"), expected("directions")) <= 1e-6, "\(what): directions")
                let coarse = try Difference.largest(found("raw_coarse"), expected("raw_coarse"))
                #expect(coarse <= 2e-3, "\(what): coarse raw outputs \(coarse)")
                let depths = try expected("z")
                let fine = TracedRays.raw(
                    view.fields.fine, condition: view.fineCondition, view: view, camera: request.camera,
                    pixels: trace.pixels, depths: depths)
                let fineDifference = try Difference.largest(fine, expected("raw"))
                #expect(fineDifference <= 2e-3, "\(what): fine raw outputs at the reference's depths \(fineDifference)")

                for (stage, tolerance) in [
                    ("weights_coarse", Float(2e-4)), ("rgb_coarse", 2e-4), ("foreground", fineTolerance), ("rgb", 2e-4),
                    ("last_weight", fineTolerance),
                ] {
                    let share = try Difference.share(of: rays, found(stage), expected(stage), within: tolerance)
                    #expect(share >= 0.999, "\(what): \(stage) within \(tolerance) for \(share) of the rays")
                }
                // Where the coarse weights vanish, a rounding of the cumulative weight moves a sample far.
                for (stage, tolerance, least) in [
                    ("z", Float(1e-5), 0.99), ("weights", 2e-4, 0.999), ("raw", 0.1, 0.999),
                ] {
                    let values = try expected(stage)
                    let share = Difference.share(of: values.count, found(stage), values, within: tolerance)
                    #expect(share >= least, "\(what): \(stage) within \(tolerance) for \(share) of the values")
                }
                let sampling = loaded.sampling
                let bin =
                    (sampling.far - sampling.near) * sampling.far / sampling.near / Float(sampling.coarseSamples - 1)
                #expect(Difference.largest(found("z"), depths) < bin, "\(what): a sample in another bin")
            }
            let head = parts["head"]!.stages, torso = parts["torso"]!.stages
            let rgb = head["rgb"]!.indices.map { i in
                head["rgb"]![i] * torso["last_weight"]![i / 3] + torso["foreground"]![i]
            }
            let share = try Difference.share(of: rays, rgb, trace.stage("rgb", frame: frame), within: 2e-4)
            #expect(
                share >= 0.999, "\(reference.name), frame \(frame), \(variant.rawValue): rgb for \(share) of the rays")
        }
    }

    // MARK: colours alone

    private static func colors(
        _ loaded: ReferenceAvatar.Loaded, _ renderer: ExactRenderer, frame: Int, pixels: [Int]
    ) throws -> [Float] {
        try renderer.render(loaded.request(frame: frame), pixels: pixels).flat
    }

    /// What bfloat16 products cost: it must stay under what anyone sees.
    @Test(arguments: small, rounded)
    func bfloat16IsFaithful(reference: ReferenceAvatar, variant: KernelVariant) throws {
        try checkFidelity(reference, variant)
    }

    @Test(.enabled(if: AvatarFixtures.hasShared, "needs ../shared/avatars"), arguments: shared + [.demo], rounded)
    func bfloat16IsFaithfulOnSharedAvatars(reference: ReferenceAvatar, variant: KernelVariant) throws {
        try checkFidelity(reference, variant)
    }

    private func checkFidelity(_ reference: ReferenceAvatar, _ variant: KernelVariant) throws {
        let trace = try reference.reference()
        let loaded = try reference.load()
        let renderer = try loaded.exact(variant)
        for frame in reference.frames {
            let rgb = try Self.colors(loaded, renderer, frame: frame, pixels: trace.pixels)
            let fidelity = Difference.psnr(rgb, try trace.stage("rgb", frame: frame))
            #expect(fidelity >= 50, "\(reference.name), frame \(frame), \(variant.rawValue): \(fidelity) dB")
        }
    }

    /// 600 rays of three frames of a trained avatar, as the picture needs them: no last samples, no coarse colours.
    @Test(
        .enabled(if: AvatarFixtures.hasShared, "needs ../shared/avatars"), arguments: ReferenceAvatar.demoBrief.frames)
    func colorsOfATrainedAvatar(frame: Int) throws {
        let trace = try ReferenceAvatar.demoBrief.reference()
        let loaded = try ReferenceAvatar.demoBrief.load()
        let renderer = try loaded.exact()
        var request = loaded.request(frame: frame)
        let rgb = try renderer.render(request, pixels: trace.pixels).flat
        let share = try Difference.share(of: 600, rgb, trace.stage("rgb", frame: frame), within: 2e-4)
        #expect(share >= 0.999, "rgb of \(share) of the rays")
        request.headOnly = true
        let some = (0..<200).map { 3 * $0 }
        let head = try renderer.render(request, pixels: some.map { trace.pixels[$0] }).flat
        let expected = try trace.stage("head_rgb", frame: frame)
        let headShare = Difference.share(
            of: 200, head, some.flatMap { expected[3 * $0..<3 * $0 + 3] }, within: 2e-4)
        #expect(headShare >= 0.999, "head_rgb of \(headShare) of the rays")
    }

    // MARK: options

    /// Without importance samples the coarse pass is the picture, in every variant.
    @Test(arguments: [KernelVariant.scalar] + exact) func theCoarsePassAlone(variant: KernelVariant) throws {
        let trace = try ReferenceAvatar.tiny.reference()
        let loaded = try ReferenceAvatar.tiny.load()
        var sampling = loaded.sampling
        sampling.importanceSamples = 0
        let both = try AvatarFields(loaded.avatar, variant: variant)
        let fields = AvatarFields(
            head: FieldPair(coarse: both.head.coarse, fine: both.head.coarse),
            torso: FieldPair(coarse: both.torso.coarse, fine: both.torso.coarse), torsoCodeSize: both.torsoCodeSize)
        var request = loaded.request(frame: 3)
        request.headOnly = true
        let rgb = try ExactRenderer(fields: fields, sampling: sampling, threads: 2)
            .render(request, pixels: trace.pixels).flat
        #expect(try Difference.largest(rgb, trace.stage("head_rgb_coarse", frame: 3)) <= 2e-4)
    }

    /// What is not evaluated for the picture does not change it.
    @Test func leavingOutTheUnseenChangesNothing() throws {
        let trace = try ReferenceAvatar.tiny.reference()
        let loaded = try ReferenceAvatar.tiny.load()
        var request = loaded.request(frame: 3)
        request.headOnly = true
        let fields = try AvatarFields(loaded.avatar, variant: .portable)
        let all = try TracedRays(
            view: fields.headView(request), request: request, sampling: loaded.sampling, pixels: trace.pixels)
        let rgb = try ExactRenderer(fields: fields, sampling: loaded.sampling, threads: 1)
            .render(request, pixels: trace.pixels).flat
        #expect(rgb == all.stages["rgb"]!)
    }

    /// Coarse depths are all among the merged ones, which ascend.
    @Test func mergedDepthsAscend() throws {
        for reference in Self.small {
            let loaded = try reference.load()
            let request = loaded.request(frame: reference.frames[0])
            let fields = try AvatarFields(loaded.avatar, variant: .portable)
            let traced = try TracedRays(
                view: fields.headView(request), request: request, sampling: loaded.sampling, pixels: [0, 77, 200])
            let total = loaded.sampling.totalSamples
            for ray in 0..<3 {
                let depths = Array(traced.stages["z"]![ray * total..<(ray + 1) * total])
                #expect(zip(depths, depths.dropFirst()).allSatisfy { $0 <= $1 })
                #expect(loaded.sampling.coarseDepths.allSatisfy(depths.contains))
            }
        }
    }
}
