import Foundation
import Synchronization
import Testing

@testable import Engine

/// Whole frames against the reference's, exact and by the default path.
@Suite(.serialized) struct FrameParityTests {
    private static let needsShared: Comment = "needs ../shared/avatars"

    private func expected(_ avatar: ReferenceAvatar, frame: Int) throws -> [Float] {
        let path =
            avatar.folder.hasPrefix(AvatarFixtures.folder)
            ? "\(avatar.trace)/frame-\(frame).npy"
            : "\(avatar.folder)/expected-\(String(format: "%05d", frame)).npy"
        let frame = try NumpyFile.read(path: path)
        try #require(frame.shape.count == 3 && frame.shape[2] == 3)
        return frame.values
    }

    // MARK: exact

    @Test(arguments: [(ReferenceAvatar.tiny, [3]), (.options, [1, 5])])
    func exactFrames(avatar: ReferenceAvatar, frames: [Int]) throws {
        try checkExact(avatar, frames)
    }

    @Test(
        .enabled(if: AvatarFixtures.hasShared, needsShared),
        arguments: [(ReferenceAvatar.random, [0]), (.narrow, [0, 8])])
    func exactFramesOfSharedAvatars(avatar: ReferenceAvatar, frames: [Int]) throws {
        try checkExact(avatar, frames)
    }

    private func checkExact(_ avatar: ReferenceAvatar, _ frames: [Int]) throws {
        let loaded = try avatar.load()
        let renderer = try loaded.exact()
        for frame in frames {
            let rendered = try renderer.render(loaded.request(frame: frame), isCanceled: { false })
            let fidelity = Difference.psnr(rendered.rgb, try expected(avatar, frame: frame))
            #expect(fidelity >= 60, "\(avatar.name), frame \(frame): \(fidelity) dB")
        }
    }

    /// A whole frame takes long: the others by some of their pixels.
    @Test(.enabled(if: AvatarFixtures.hasShared, needsShared), arguments: [11, 23])
    func somePixelsOfExactFrames(frame: Int) throws {
        let loaded = try ReferenceAvatar.random.load()
        let request = loaded.request(frame: frame)
        let count = request.camera.width * request.camera.height
        var random = SplitMix(seed: UInt64(frame))
        let pixels = (0..<400).map { _ in Int.random(in: 0..<count, using: &random) }
        let rgb = try loaded.exact().render(request, pixels: pixels).flat
        let all = try expected(.random, frame: frame)
        let fidelity = Difference.psnr(rgb, pixels.flatMap { all[3 * $0..<3 * $0 + 3] })
        #expect(fidelity >= 60, "frame \(frame): \(fidelity) dB")
    }

    /// Pixels by themselves are those of the whole frame, in any order and however many threads there are.
    @Test func pixelsAreThoseOfTheFrame() throws {
        let loaded = try ReferenceAvatar.options.load()
        let fields = try AvatarFields(loaded.avatar, variant: .best(for: .fp32))
        let request = loaded.request(frame: 5)
        let frame = try ExactRenderer(fields: fields, sampling: loaded.sampling, threads: 2)
            .render(request, isCanceled: { false })
        let pixels = [399, 0, 17, 17, 250]
        let rgb = try ExactRenderer(fields: fields, sampling: loaded.sampling, threads: 1)
            .render(request, pixels: pixels).flat
        #expect(rgb == pixels.flatMap { frame.rgb[3 * $0..<3 * $0 + 3] })
        #expect(frame.alpha == nil && frame.width == 20 && frame.height == 20)
    }

    // MARK: the default path

    @Test(arguments: [(ReferenceAvatar.tiny, [3]), (.options, [1, 5])])
    func framesByTheDefaultPath(avatar: ReferenceAvatar, frames: [Int]) throws {
        try checkDefault(avatar, frames)
    }

    /// Random weights are fog everywhere: nothing can be skipped, and it must be noticed.
    @Test(
        .enabled(if: AvatarFixtures.hasShared, needsShared),
        arguments: [(ReferenceAvatar.random, [11]), (.narrow, [0, 8])])
    func framesOfSharedAvatarsByTheDefaultPath(avatar: ReferenceAvatar, frames: [Int]) throws {
        try checkDefault(avatar, frames)
    }

    private func checkDefault(_ avatar: ReferenceAvatar, _ frames: [Int]) throws {
        let loaded = try avatar.load()
        let renderer = try AcceleratedRenderer(avatar: loaded.avatar, precision: .fast, threads: 2, cache: nil)
        let requests = frames.map { loaded.request(frame: $0) }
        try renderer.prepare(for: requests, report: { _ in }, isCanceled: { false })
        for (frame, request) in zip(frames, requests) {
            let rendered = try renderer.render(request, isCanceled: { false })
            let fidelity = Difference.psnr(rendered.rgb, try expected(avatar, frame: frame))
            #expect(fidelity >= 50, "\(avatar.name), frame \(frame): \(fidelity) dB")
        }
    }

    /// A trained avatar at its whole size: learning, marching, and what is kept of it.
    @Test(.enabled(if: AvatarFixtures.hasShared, needsShared)) func aTrainedAvatarByTheDefaultPath() throws {
        let trace = try ReferenceAvatar.demoBrief.reference()
        let loaded = try ReferenceAvatar.demoBrief.load()
        let requests = ReferenceAvatar.demoBrief.frames.map { loaded.request(frame: $0) }
        try TemporaryFolder.with { folder in
            let file = ShortcutFile(avatar: loaded.avatar, folder: folder)
            let first = try AcceleratedRenderer(avatar: loaded.avatar, precision: .fast, threads: 2, cache: file)
            try first.prepare(for: requests, report: { _ in }, isCanceled: { false })
            let certificate = try #require(first.certificate(for: requests[0].camera))
            guard case .march = certificate.strategy else {
                Issue.record("a trained avatar is marched, not rendered in \(certificate.strategy)")
                return
            }
            #expect(certificate.fidelity >= Certificate.floor)
            var frames: [Frame] = []
            for (frame, request) in zip(ReferenceAvatar.demoBrief.frames, requests) {
                frames.append(try first.render(request, isCanceled: { false }))
                let rgb = trace.pixels.flatMap { frames.last!.rgb[3 * $0..<3 * $0 + 3] }
                let fidelity = Difference.psnr(rgb, try trace.stage("rgb", frame: frame))
                #expect(fidelity >= 50, "frame \(frame): \(fidelity) dB")
            }
            // Two passes take 255 evaluations a ray and field; marching is worth its name at a tenth of that.
            let pixels = requests[0].camera.width * requests[0].camera.height
            #expect(first.evaluations / requests.count < 2 * 255 * pixels / 10)

            let second = try AcceleratedRenderer(avatar: loaded.avatar, precision: .fast, threads: 2, cache: file)
            var reports: [String] = []
            try second.prepare(for: requests, report: { reports.append($0) }, isCanceled: { false })
            #expect(reports.isEmpty, "it learns again: \(reports)")
            #expect(second.certificate(for: requests[0].camera) == certificate)
            #expect(try second.render(requests[1], isCanceled: { false }).rgb == frames[1].rgb)
        }
    }
}
