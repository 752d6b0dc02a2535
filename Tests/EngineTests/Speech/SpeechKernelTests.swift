import CKernels
import Testing

@testable import Engine

/// Every variant that this processor runs against the portable one.
@Suite struct SpeechKernelTests {
    static let variants = [speech_kernels_avx2(), speech_kernels_avx512()].compactMap { $0?.pointee }
    static let portable = speech_kernels_portable().pointee

    /// Depths and widths around panels of 16 and blocks of 128, and counts that leave every remainder of a tile.
    static let shapes = [
        (1, 1, 1), (7, 29, 2), (128, 16, 3), (129, 33, 4), (130, 300, 5), (300, 31, 6), (494, 40, 13), (257, 17, 23),
    ]

    private func packed(_ rows: [Float], _ depth: Int, _ columns: Int, _ kernels: speech_kernels) -> PackedMatrix {
        var builder = PackedMatrixBuilder(depth: depth, columns: columns, kernels: kernels)
        rows.withUnsafeBufferPointer { rows in
            for row in 0..<depth {
                let isFinite = builder.append(rows.baseAddress! + row * columns)
                #expect(isFinite)
            }
        }
        return builder.finish()
    }

    /// The unpacked matrix, `[depth, columns]`.
    private func unpacked(_ matrix: PackedMatrix, columns: Int) -> [Float] {
        (0..<matrix.depth).flatMap { k in
            (0..<columns).map { n in
                Float(matrix.panels[n / 16 * 16 * matrix.depth + k * 16 + n % 16])
                    * matrix.scales[k / 128 * matrix.columns + n]
            }
        }
    }

    @Test(arguments: shapes)
    func packingKeepsWeightsToHalfAStepOfTheirBlock(depth: Int, columns: Int, count: Int) {
        let rows = SpeechFixture.noise(depth * columns)
        for kernels in Self.variants + [Self.portable] {
            let matrix = packed(rows, depth, columns, kernels)
            for (value, original) in zip(unpacked(matrix, columns: columns), rows) {
                // The block's largest weight is at most 1; rounding in single precision adds a hundredth of a step.
                #expect(abs(value - original) <= 0.51 / 32767)
            }
        }
    }

    @Test(arguments: shapes)
    func packedIntegersAgree(depth: Int, columns: Int, count: Int) {
        let rows = SpeechFixture.noise(depth * columns)
        let expected = packed(rows, depth, columns, Self.portable)
        for kernels in Self.variants {
            let matrix = packed(rows, depth, columns, kernels)
            for index in 0..<(depth * matrix.columns) {
                #expect(abs(Int(matrix.panels[index]) - Int(expected.panels[index])) <= 1)
            }
            for index in 0..<((depth + 127) / 128 * matrix.columns) {
                #expect(abs(matrix.scales[index] - expected.scales[index]) <= expected.scales[index] * 1e-6)
            }
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity], [0, 15, 16, 19])
    func packingRefusesWhatIsNotFinite(value: Float, column: Int) {
        var rows = SpeechFixture.noise(2 * 20)
        rows[20 + column] = value
        for kernels in Self.variants + [Self.portable] {
            var builder = PackedMatrixBuilder(depth: 2, columns: 20, kernels: kernels)
            rows.withUnsafeBufferPointer { rows in
                let isFirstFinite = builder.append(rows.baseAddress!)
                let isSecondFinite = builder.append(rows.baseAddress! + 20)
                #expect(isFirstFinite && !isSecondFinite)
            }
        }
    }

    @Test(arguments: [Float(0), .leastNonzeroMagnitude, 1e-38, 3e38])
    func extremeWeightsArePacked(value: Float) {
        for kernels in Self.variants + [Self.portable] {
            let matrix = packed([Float](repeating: value, count: 32), 1, 32, kernels)
            #expect(unpacked(matrix, columns: 32).allSatisfy { abs($0 - value) <= max(value * 1e-5, 1e-30) })
        }
    }

    @Test(arguments: shapes)
    func productsAgree(depth: Int, columns: Int, count: Int) {
        let matrix = packed(SpeechFixture.noise(depth * columns), depth, columns, Self.portable)
        let bias = SpeechFixture.noise(matrix.columns, seed: 2)
        let input = SpeechFixture.noise(count * (depth + 3), seed: 3)
        func product(_ kernels: speech_kernels, _ low: Float, _ high: Float) -> [Float] {
            var view = matrix.view
            var output = [Float](repeating: -99, count: count * (matrix.columns + 5))
            kernels.multiply(&view, bias, input, depth + 3, count, &output, matrix.columns + 5, low, high)
            return output
        }
        let limit = Float(depth).squareRoot() * 2e-6
        for kernels in Self.variants {
            let linear = DenseLayer.linear
            #expect(
                SpeechFixture.difference(
                    product(kernels, linear.lowerBound, linear.upperBound),
                    product(Self.portable, linear.lowerBound, linear.upperBound)) < limit)
            let clipped = product(kernels, 0, 0.5)
            #expect(SpeechFixture.difference(clipped, product(Self.portable, 0, 0.5)) < limit)
        }
    }

    /// Against sums in double precision.
    @Test(arguments: shapes)
    func portableProductsEqualTheirDefinition(depth: Int, columns: Int, count: Int) {
        let matrix = packed(SpeechFixture.noise(depth * columns), depth, columns, Self.portable)
        let weights = unpacked(matrix, columns: columns)
        let input = SpeechFixture.noise(depth, seed: 3)
        var output = SpeechFixture.noise(matrix.columns, seed: 4)
        let start = output
        var view = matrix.view
        Self.portable.accumulate(&view, input, &output)
        for n in 0..<columns {
            let sum = (0..<depth).reduce(Double(start[n])) {
                $0 + Double(input[$1]) * Double(weights[$1 * columns + n])
            }
            #expect(abs(Double(output[n]) - sum) < Double(depth).squareRoot() * 2e-6)
        }
    }

    @Test(arguments: shapes)
    func matrixVectorProductsAgree(depth: Int, columns: Int, count: Int) {
        let matrix = packed(SpeechFixture.noise(depth * columns), depth, columns, Self.portable)
        let input = SpeechFixture.noise(depth, seed: 3)
        func sum(_ kernels: speech_kernels) -> [Float] {
            var view = matrix.view
            var output = SpeechFixture.noise(matrix.columns, seed: 4)
            kernels.accumulate(&view, input, &output)
            return output
        }
        for kernels in Self.variants {
            #expect(SpeechFixture.difference(sum(kernels), sum(Self.portable)) < Float(depth).squareRoot() * 2e-6)
        }
    }

    @Test(arguments: [1, 7, 8, 16, 21, 100], [Float(1), 10, 200])
    func cellsAgree(cells: Int, scale: Float) {
        let gates = SpeechFixture.noise(4 * cells).map { $0 * scale }
        func step(_ kernels: speech_kernels) -> [Float] {
            var state = SpeechFixture.noise(cells, seed: 5)
            var output = [Float](repeating: 0, count: cells)
            kernels.cell(gates, cells, &state, &output)
            return state + output
        }
        for kernels in Self.variants {
            #expect(SpeechFixture.difference(step(kernels), step(Self.portable)) < 2e-6)
        }
    }

    @Test(arguments: [0, 1, 7, 8, 9, 64, 275])
    func wingsAgree(count: Int) {
        let near = SpeechFixture.noise(count + 1).map { Double($0) }
        let next = SpeechFixture.noise(count + 1, seed: 2).map { Double($0) }
        let samples = SpeechFixture.noise(count + 1, seed: 3).map { Int16($0 * 32767) }
        let expected = Self.portable.wing(near, next, 0.3, samples, count)
        for kernels in Self.variants {
            #expect(abs(kernels.wing(near, next, 0.3, samples, count) - expected) < 1e-8)
        }
    }
}
