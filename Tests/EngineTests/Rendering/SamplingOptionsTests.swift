import Testing

@testable import Engine

@Suite struct SamplingOptionsTests {
    @Test func coarseDepthsAreLinear() {
        let options = SamplingOptions(near: 1, far: 3, coarseSamples: 5, importanceSamples: 7)
        #expect(options.coarseDepths == [1, 1.5, 2, 2.5, 3])
        #expect(options.totalSamples == 12)
    }

    @Test func coarseDepthsAreLinearInDisparity() {
        // 1 / depth = 1, 3/4, 1/2, 1/4.
        let options = SamplingOptions(near: 1, far: 4, coarseSamples: 4, linearInDisparity: true)
        #expect(Difference.largest(options.coarseDepths, [1, 4 / 3, 2, 4]) < 1e-6)
    }

    /// Bit patterns of `torch.linspace(0, 1, n)` at 1, n / 2 - 1, n / 2 and n - 2.
    @Test(
        arguments: [
            (24, [0x3d32_1643, 0x3ef4_de9c, 0x3f05_90b2, 0x3f74_de9c]),
            (64, [0x3c82_0821, 0x3efb_efc0, 0x3f02_0820, 0x3f7b_efbf]),
            (128, [0x3c01_0204, 0x3efd_fbf8, 0x3f01_0204, 0x3f7d_fbf8]),
            (192, [0x3bab_8f6a, 0x3efe_a8e1, 0x3f00_ab8f, 0x3f7e_a8e1]),
        ] as [(Int, [UInt32])])
    func fractionsAreTorchs(count: Int, bits: [UInt32]) {
        let places = [1, count / 2 - 1, count / 2, count - 2]
        #expect(places.map { SamplingOptions.fraction($0, of: count).bitPattern } == bits)
        #expect(SamplingOptions.fraction(0, of: count) == 0)
        #expect(SamplingOptions.fraction(count - 1, of: count) == 1)
    }

    @Test func oneFractionIsZero() { #expect(SamplingOptions.fraction(0, of: 1) == 0) }

    @Test func anAvatarsOptionsAreTaken() throws {
        let options = try ReferenceAvatar.options.load().sampling
        #expect(
            options
                == SamplingOptions(
                    near: 0.56, far: 1.16, coarseSamples: 24, importanceSamples: 40, linearInDisparity: true,
                    whiteBackground: false))
    }
}
