import Testing

@testable import Engine

@Suite struct ProbeTests {
    @Test func fidelityIsPSNROfWhatIsShown() {
        let a: [SIMD3<Float>] = [SIMD3(0, 0.5, 1), SIMD3(0.25, 0.25, 0.25)]
        #expect(Fidelity(a, truth: a).measured == 150)
        // Two channels of six off by 0.1: mean square 0.02 / 6, 10 log10(300) = 24.771 dB.
        let b: [SIMD3<Float>] = [SIMD3(0.1, 0.5, 1), SIMD3(0.25, 0.15, 0.25)]
        #expect(abs(Fidelity(a, truth: b).measured - 24.771) < 1e-3)
        // Beyond black and white nothing is shown.
        let c: [SIMD3<Float>] = [SIMD3(-3, 0.5, 7), SIMD3(0.25, 0.25, 0.25)]
        #expect(Fidelity(a, truth: c).measured == 150)
    }

    @Test func fewRaysLeaveDoubt() {
        // Squared errors 0.01 and 0: mean 0.005, deviation sqrt(2 * 0.005^2) = 0.00707, two standard errors 0.01.
        let fidelity = Fidelity([SIMD3(repeating: 0.1), .zero], truth: [.zero, .zero])
        #expect(abs(fidelity.measured - 23.010) < 1e-3)
        #expect(abs(fidelity.low - 18.239) < 1e-3)
        #expect(fidelity.high == 150)
        // The same doubt from many rays is small.
        let many = Fidelity(
            (0..<20_000).map { $0 % 2 == 0 ? SIMD3(repeating: 0.1) : .zero },
            truth: Array(repeating: .zero, count: 20_000))
        #expect(many.measured - many.low < 0.1 && many.high - many.measured < 0.1)
    }

    @Test func aProbeMeasuresAgainstExactRays() throws {
        let avatar = Octahedron.avatar()
        let exact = ExactRenderer(
            fields: try AvatarFields(avatar, variant: .portable), sampling: SamplingOptions(avatar.configuration),
            threads: 2)
        let requests = (0..<3).map { Octahedron.request(avatar, frame: $0) }
        let probe = try Probe(samples: requests, rays: 50, exact: exact, seed: "seed")
        // Sixteen rays of each of three frames.
        #expect(probe.rays == 48)
        #expect(try probe.fidelity { try exact.render($0, pixels: $1) }.measured == 150)
        // Colours that are all off by 0.01 toward the middle: 40 dB.
        let off = try probe.fidelity { request, pixels in
            try exact.render(request, pixels: pixels).map { color in
                color + SIMD3<Float>(repeating: 0.01).replacing(with: -0.01, where: color .> 0.5)
            }
        }
        #expect(abs(off.measured - 40) < 0.01)

        func asked(_ probe: Probe) throws -> [[Int]] {
            var asked: [[Int]] = []
            _ = try probe.fidelity { request, pixels in
                asked.append(pixels)
                return pixels.map { _ in .zero }
            }
            return asked
        }
        #expect(try asked(probe) == asked(Probe(samples: requests, rays: 50, exact: exact, seed: "seed")))
        #expect(try asked(probe) != asked(Probe(samples: requests, rays: 50, exact: exact, seed: "other")))
        #expect(try asked(probe).joined().allSatisfy { (0..<40 * 36).contains($0) })
    }
}
