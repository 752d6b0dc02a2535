import Foundation
import Synchronization
import Testing

@testable import Engine

/// Learning, certifying, marching and keeping, on an avatar that is made of two octahedra.
@Suite struct AcceleratedRendererTests {
    private let avatar = Octahedron.avatar()

    private func exact() throws -> ExactRenderer {
        ExactRenderer(
            fields: try AvatarFields(avatar, variant: .portable), sampling: SamplingOptions(avatar.configuration),
            threads: 2)
    }

    private func renderer(_ cache: ShortcutFile? = nil, threads: Int = 2) throws -> AcceleratedRenderer {
        try AcceleratedRenderer(avatar: avatar, precision: .fast, threads: threads, cache: cache)
    }

    private func prepared(_ renderer: AcceleratedRenderer) throws -> [String] {
        var reports: [String] = []
        try renderer.prepare(
            for: [Octahedron.request(avatar)], report: { reports.append($0) }, isCanceled: { false })
        return reports
    }

    @Test func aMarchedFrameIsFaithful() throws {
        let renderer = try renderer()
        let reports = try prepared(renderer)
        #expect(!reports.isEmpty && reports.allSatisfy { !$0.contains("\n") })
        let certificate = try #require(renderer.certificate(for: avatar.camera))
        guard case .march = certificate.strategy else {
            Issue.record("nothing was skipped: \(certificate)")
            return
        }
        #expect(certificate.fidelity >= 50 && certificate.rays == 1_500)
        for frame in 0..<4 {
            let request = Octahedron.request(avatar, frame: frame)
            let marched = try renderer.render(request, isCanceled: { false })
            let fidelity = Difference.psnr(marched.rgb, try exact().render(request, isCanceled: { false }).rgb)
            #expect(fidelity >= 50, "frame \(frame): \(fidelity) dB")
        }
        #expect(renderer.evaluations > 0)
    }

    /// Backgrounds and the head alone go through the march as through two passes.
    @Test func everyKindOfFrameIsFaithful() throws {
        let renderer = try renderer()
        _ = try prepared(renderer)
        for background in [Background.transparent, .color(SIMD3(0.1, 0.6, 0.9))] {
            for headOnly in [false, true] {
                var request = Octahedron.request(avatar, frame: 1)
                request.background = background
                request.headOnly = headOnly
                let marched = try renderer.render(request, isCanceled: { false })
                let exact = try exact().render(request, isCanceled: { false })
                #expect(Difference.psnr(marched.rgb, exact.rgb) >= 50)
                #expect((marched.alpha == nil) == (exact.alpha == nil))
                if let alpha = marched.alpha, let expected = exact.alpha {
                    // The certificate is of colours, whose contrast with the background is about half of alpha's: 6 dB.
                    let fidelity = Difference.psnr(alpha, expected)
                    #expect(fidelity >= 45, "\(fidelity) dB")
                }
            }
        }
    }

    @Test func whatIsNotFineEnoughIsRefined() throws {
        let renderer = try renderer()
        #expect(!renderer.refine(for: avatar.camera))
        _ = try prepared(renderer)
        let request = Octahedron.request(avatar, frame: 2)
        let truth = try exact().render(request, isCanceled: { false }).rgb
        func rendered() throws -> (fidelity: Double, evaluations: Int) {
            let before = renderer.evaluations
            let fidelity = Difference.psnr(try renderer.render(request, isCanceled: { false }).rgb, truth)
            return (fidelity, renderer.evaluations - before)
        }
        var last = try rendered()
        var times = 0
        while renderer.refine(for: avatar.camera) {
            let finer = try rendered()
            #expect(finer.evaluations > last.evaluations && finer.fidelity >= 50)
            last = finer
            times += 1
        }
        #expect((1..<MarchSettings.ladder.count).contains(times))
    }

    @Test func renderingWithoutPreparingLearnsFirst() throws {
        let one = try renderer(), two = try renderer(threads: 1)
        _ = try prepared(two)
        let request = Octahedron.request(avatar)
        #expect(try one.render(request, isCanceled: { false }).rgb == two.render(request, isCanceled: { false }).rgb)
        #expect(one.certificate(for: avatar.camera) == two.certificate(for: avatar.camera))
    }

    @Test func whatWasLearntIsKept() throws {
        try TemporaryFolder.with { folder in
            let file = ShortcutFile(avatar: avatar, folder: folder)
            let first = try renderer(file)
            #expect(try prepared(first).contains { $0.contains("once for each avatar") })
            let second = try renderer(file)
            #expect(try prepared(second).isEmpty)
            let request = Octahedron.request(avatar, frame: 2)
            #expect(
                try second.render(request, isCanceled: { false }).rgb
                    == first.render(request, isCanceled: { false }).rgb)
            #expect(second.certificate(for: avatar.camera) == first.certificate(for: avatar.camera))
        }
    }

    /// A certificate that is not true: grids that are empty where there is something.
    @Test func keptShortcutsThatDoNotHoldAreLearntAgain() throws {
        try TemporaryFolder.with { folder in
            let file = ShortcutFile(avatar: avatar, folder: folder)
            _ = try prepared(renderer(file))
            var wrong = try #require(file.read())
            let head = try #require(wrong.head)
            wrong.head = OccupancyGrid(shape: head.shape, occupied: [UInt8](repeating: 0, count: head.shape.count))
            #expect(file.write(wrong) == nil)
            let renderer = try renderer(file)
            #expect(try prepared(renderer).contains { $0.contains("does not hold") })
            #expect(try #require(file.read()?.head).share > 0)
            let request = Octahedron.request(avatar)
            let frame = try renderer.render(request, isCanceled: { false })
            #expect(Difference.psnr(frame.rgb, try exact().render(request, isCanceled: { false }).rgb) >= 50)
        }
    }

    @Test func aCacheThatCannotBeWrittenIsAMessage() throws {
        try TemporaryFolder.with { folder in
            try Data().write(to: URL(fileURLWithPath: folder + "/file"))
            let renderer = try renderer(ShortcutFile(avatar: avatar, folder: folder + "/file"))
            #expect(try prepared(renderer).contains { $0.contains("could not be kept") })
            let request = Octahedron.request(avatar)
            let frame = try renderer.render(request, isCanceled: { false })
            #expect(Difference.psnr(frame.rgb, try exact().render(request, isCanceled: { false }).rgb) >= 50)
        }
    }

    /// Fog in the head or in the torso: two passes, and so the exact picture itself.
    @Test func fogIsRenderedInTwoPasses() throws {
        let avatar = Octahedron.avatar(head: Octahedron(center: .zero, radius: 60, peak: 8))
        let renderer = try AcceleratedRenderer(avatar: avatar, precision: .fp32, threads: 2, cache: nil)
        let request = Octahedron.request(avatar)
        let frame = try renderer.render(request, isCanceled: { false })
        #expect(renderer.certificate(for: avatar.camera)?.strategy == .exactTwoPass)
        let exact = ExactRenderer(
            fields: try AvatarFields(avatar, variant: .best(for: .fp32)),
            sampling: SamplingOptions(avatar.configuration), threads: 2)
        #expect(frame.rgb == (try exact.render(request, isCanceled: { false }).rgb))
        #expect(renderer.evaluations == 0)
    }

    @Test func preparingForNothingIsNothing() throws {
        let renderer = try renderer()
        try renderer.prepare(for: [], report: { _ in }, isCanceled: { false })
        #expect(renderer.certificate(for: avatar.camera) == nil)
    }

    // MARK: cancellation

    /// Counts how often it is asked, and says yes from the given time on.
    private final class Switch: Sendable {
        private let asked = Atomic<Int>(0)
        private let after: Int
        init(after: Int) { self.after = after }
        func isCanceled() -> Bool { asked.wrappingAdd(1, ordering: .relaxed).newValue > after }
        var count: Int { asked.load(ordering: .relaxed) }
    }

    private func check(_ renderer: any FrameRenderer, after: Int, piecesLeft: Int) throws {
        let off = Switch(after: after)
        let error = try #require(throws: EngineError.self) {
            try renderer.render(Octahedron.request(avatar), isCanceled: { off.isCanceled() })
        }
        #expect(error.code == .canceled)
        #expect(off.count > after && off.count <= after + piecesLeft, "asked \(off.count) times")
    }

    /// Nothing more is worked on, though the rest of the field's pieces may each ask once more.
    @Test(arguments: [0, 1, 50, 100, 150]) func exactRenderingStops(after: Int) throws {
        try check(exact(), after: after, piecesLeft: 91)
    }

    @Test(arguments: [0, 1, 5, 20]) func marchingStops(after: Int) throws {
        let renderer = try renderer()
        _ = try prepared(renderer)
        try check(renderer, after: after, piecesLeft: 1)
    }

    @Test(arguments: [0, 1, 3]) func learningStops(after: Int) throws {
        let renderer = try renderer()
        // Each thread asks before its next piece.
        try check(renderer, after: after, piecesLeft: 8)
        #expect(renderer.certificate(for: avatar.camera) == nil)
        // And it can be tried again.
        _ = try renderer.render(Octahedron.request(avatar), isCanceled: { false })
        #expect(renderer.certificate(for: avatar.camera) != nil)
    }
}
