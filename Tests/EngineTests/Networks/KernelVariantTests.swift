import Testing

@testable import Engine

/// The packed kernels against the plain loops, on networks of sizes that leave panels, blocks and tiles half full.
@Suite struct KernelVariantTests {
    static let fast = KernelVariant.allCases.filter { $0.isSupported && $0 != .scalar }
    private static let counts = [0, 1, 5, 95, 96, 97]

    struct Size: Sendable, CustomTestStringConvertible {
        var depth = 8
        var width = 256
        var octaves = 10
        var condition = 64
        var directionOctaves = 4
        var testDescription: String { "\(depth) x \(width), \(octaves) octaves, \(condition) conditions" }

        func network(_ variant: KernelVariant) throws -> FaceNeRF {
            try FaceNeRF(
                weights: RandomFaceNeRF.weights(
                    depth: depth, width: width, octaves: octaves, condition: condition,
                    directionOctaves: directionOctaves, seed: UInt64(depth * 1_000 + width)),
                octaves: octaves, directionOctaves: directionOctaves, variant: variant)
        }
    }

    static let sizes =
        [16, 20, 40, 128, 256].flatMap { width in
            [1, 4, 6, 8].map { depth in
                Size(
                    depth: depth, width: width, octaves: [0, 3, 10][(depth + width) % 3],
                    condition: width % 16 == 0 ? 64 : 7, directionOctaves: depth == 4 ? 0 : 4)
            }
        } + [0, 3, 10].map { Size(depth: 8, width: 40, octaves: $0, condition: 106) }

    /// Raw outputs of some samples on three rays. What must stay untouched holds `Self.untouched`.
    private static let untouched: Float = -12345
    private func raw(
        _ network: FaceNeRF, count: Int, extent: Float, densityOnly: Bool = false
    ) -> [Float] {
        var random = SplitMix(seed: 7)
        let condition = network.foldCondition((0..<network.conditionSize).map { _ in random.unit() - 0.5 })
        let rays = FloatBuffer(count: 3 * network.rayFloats)
        for ray in 0..<3 {
            let direction = SIMD3(random.unit() - 0.5, random.unit() - 0.5, -1)
            network.foldRay(direction, into: rays.base + ray * network.rayFloats)
        }
        let samples = SampleBuffer(capacity: count)
        for i in 0..<count {
            let position = SIMD3(random.unit(), random.unit(), random.unit()) * (2 * extent) - extent
            samples.append(position, ray: i * 5 % 3)
        }
        let raw = FloatBuffer(count: 4 * count + 4)
        raw.base.update(repeating: Self.untouched, count: raw.count)
        network.evaluate(
            condition: condition, rays: rays.base, samples: samples, densityOnly: densityOnly, raw: raw.base,
            scratch: network.makeScratch())
        return Array(UnsafeBufferPointer(start: raw.base, count: raw.count))
    }

    /// Largest difference that a variant may show, as a share of the largest output. Eight layers of bfloat16, 8 bits each,
    /// leave some per cent at worst; the order of sums is all that fp32 variants differ in.
    private func tolerance(_ variant: KernelVariant) -> Float {
        switch variant {
        case .bf16, .bf16Portable: 0.05
        default: 1e-5
        }
    }

    @Test(arguments: sizes) func variantsAgreeWithTheScalarLoops(size: Size) throws {
        let scalar = try raw(size.network(.scalar), count: 97, extent: 1)
        let largest = scalar.dropLast(4).map(abs).max() ?? 0
        #expect(largest > 0.01 && largest < 1_000)
        for variant in Self.fast {
            let network = try size.network(variant)
            for count in Self.counts {
                let found = raw(network, count: count, extent: 1)
                #expect(found.suffix(4).allSatisfy { $0 == Self.untouched }, "\(variant) wrote past \(count) samples")
                let difference = Difference.largest(Array(found.dropLast(4)), Array(scalar.prefix(4 * count)))
                let allowed = tolerance(variant) * largest
                #expect(difference <= allowed, "\(variant), \(count) samples: \(difference) of \(largest)")
            }
        }
    }

    @Test(arguments: KernelVariant.allCases.filter(\.isSupported))
    func densityAloneIsTheSameDensity(variant: KernelVariant) throws {
        for size in [Size(), Size(depth: 6, width: 20, octaves: 3, condition: 5)] {
            let network = try size.network(variant)
            for count in Self.counts {
                let all = raw(network, count: count, extent: 1)
                let density = raw(network, count: count, extent: 1, densityOnly: true)
                for i in density.indices {
                    let isDensity = i % 4 == 3 && i < 4 * count
                    let expected = isDensity ? all[i] : Self.untouched
                    #expect(density[i] == expected, "\(variant), \(count) samples, value \(i)")
                }
            }
        }
    }

    /// Beyond 8 scene units, ten octaves leave the range of the vectors' sine.
    @Test(arguments: fast) func largeCoordinatesLoseNoAccuracy(variant: KernelVariant) throws {
        let size = Size(depth: 6, width: 40, condition: 7)
        let scalar = try raw(size.network(.scalar), count: 97, extent: 100).dropLast(4)
        let found = try raw(size.network(variant), count: 97, extent: 100).dropLast(4)
        let largest = scalar.map(abs).max() ?? 0
        #expect(Difference.largest(Array(found), Array(scalar)) <= tolerance(variant) * largest)
    }

    /// The vectors' sine and cosine, just inside their range, where the reduction is hardest.
    @Test(arguments: fast) func theEncodingIsExactUpToTheEndOfTheRange(variant: KernelVariant) throws {
        let size = Size(depth: 1, width: 16, condition: 1)
        let scalar = try raw(size.network(.scalar), count: 97, extent: 7.99).dropLast(4)
        let found = try raw(size.network(variant), count: 97, extent: 7.99).dropLast(4)
        let largest = scalar.map(abs).max() ?? 0
        #expect(Difference.largest(Array(found), Array(scalar)) <= tolerance(variant) * largest)
    }

    @Test(.enabled(if: KernelVariant.bf16.isSupported, "needs AVX-512 BF16"))
    func bfloat16HasTheSameNumbersEverywhere() throws {
        let size = Size()
        let fast = try raw(size.network(.bf16), count: 97, extent: 1)
        let portable = try raw(size.network(.bf16Portable), count: 97, extent: 1)
        // Only the order of the sums differs, and what bfloat16 makes of it from layer to layer.
        #expect(Difference.largest(fast, portable) < 0.02 * (fast.dropLast(4).map(abs).max() ?? 0))
    }

    @Test func theBestVariantsAreSupported() {
        for precision in Precision.allCases {
            let best = KernelVariant.best(for: precision)
            #expect(best.isSupported && best != .scalar && best != .bf16Portable)
        }
        #expect(![.bf16, .bf16Portable].contains(KernelVariant.best(for: .fp32)))
        #expect(KernelVariant.allCases.filter(\.isSupported).contains(.portable))
    }

    @Test func multiplyAddsAreTheReleasesWithoutWhatIsFolded() throws {
        let network = try Size().network(.portable)
        // 8 layers of 256: 63 * 256 twice, 7 * 256 * 256, density 256.
        #expect(network.multiplyAdds(densityOnly: true) == 491_264)
        // Then 256 * 128, twice 128 * 128 and 3 * 128.
        #expect(network.multiplyAdds(densityOnly: false) == 491_264 + 65_920)
    }
}
