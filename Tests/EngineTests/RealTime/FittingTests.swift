import Foundation
import Testing

@testable import Engine

/// Eigenvectors, bases, probes and regression on data whose answer is known.
@Suite struct FittingTests {
    private func random(_ size: Int, seed: UInt64) -> SymmetricMatrix {
        var random = SplitMix(seed: seed)
        var matrix = SymmetricMatrix(size: size)
        for i in 0..<size {
            for j in 0...i {
                let value = Double(random.unit()) - 0.5
                matrix[i, j] = value
                matrix[j, i] = value
            }
        }
        return matrix
    }

    @Test(arguments: [1, 2, 7, 40]) func eigenvectorsDiagonalize(size: Int) {
        let matrix = random(size, seed: UInt64(size))
        let (values, vectors) = matrix.eigen()
        #expect(values == values.sorted(by: >))
        for (value, vector) in zip(values, vectors) {
            for i in 0..<size {
                let product = (0..<size).reduce(0) { $0 + matrix[i, $1] * vector[$1] }
                #expect(abs(product - value * vector[i]) < 1e-9)
            }
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-9)
        }
        #expect(abs(values.reduce(0, +) - matrix.trace) < 1e-9)
    }

    @Test func systemsAreSolved() throws {
        var matrix = random(9, seed: 5)
        for i in 0..<9 { matrix[i, i] += 6 }
        let right = (0..<18).map { Double($0) - 7 }
        let solution = try #require(matrix.solve(right, columns: 2))
        for i in 0..<9 {
            for c in 0..<2 {
                let product = (0..<9).reduce(0) { $0 + matrix[i, $1] * solution[$1 * 2 + c] }
                #expect(abs(product - right[i * 2 + c]) < 1e-9)
            }
        }
        #expect(random(9, seed: 5).solve(right, columns: 2) == nil)
    }

    @Test func powerIterationFindsTheLargest() throws {
        var matrix = SymmetricMatrix(size: 3)
        (matrix[0, 0], matrix[1, 1], matrix[2, 2]) = (1, 5, 2)
        let (value, vector) = try #require(matrix.dominant())
        #expect(abs(value - 5) < 1e-6 && abs(abs(vector[1]) - 1) < 1e-3)
        matrix.deflate(value, vector)
        #expect(abs(matrix.trace - 3) < 1e-5)
        #expect(SymmetricMatrix(size: 2).dominant() == nil)
    }

    /// Snapshots that are mixtures of three patterns.
    private func snapshots(_ path: String, count: Int) throws -> (file: SnapshotFile, weights: [[Float]]) {
        var random = SplitMix(seed: 11)
        let blocks = 5
        let patterns = (0..<3).map { _ in (0..<blocks * 256).map { _ in Float.random(in: -1...1, using: &random) } }
        let weights = (0..<count).map { _ in
            [
                Float.random(in: -0.3...0.3, using: &random), .random(in: -0.2...0.2, using: &random),
                .random(in: -0.1...0.1, using: &random),
            ]
        }
        let file = try SnapshotFile(path: path, snapshots: count, blocks: blocks, plan: Array(repeating: 1, count: 32))
        for k in 0..<count {
            for block in 0..<blocks {
                for i in 0..<256 {
                    let sum = (0..<3).reduce(Float(0.2)) { $0 + weights[k][$1] * patterns[$1][256 * block + i] }
                    file.block(block, in: k)[i] = Int16(sum * 30_000)
                }
            }
            file.finish(k)
        }
        return (file, weights)
    }

    @Test func threePatternsAreFound() throws {
        try TemporaryFolder.with { folder in
            let (file, _) = try snapshots("\(folder)/s", count: 20)
            let fitter = BasisFitter(file: file, threads: 2, tolerance: 0.002) { _, _, _ in
                .init(weight: Array(repeating: 1, count: 256), filling: Array(repeating: 0, count: 256))
            }
            let common = fitter.common()
            #expect(common.shares.count == 3)
            let (basis, leverage) = fitter.fit(common)
            #expect(leverage.count == 5 * 64 && leverage.allSatisfy { $0 >= 0 })
            #expect(basis.meanRank == 3)
            // Every snapshot comes out of its coefficients.
            for k in 0..<20 {
                for block in 0..<5 {
                    for i in 0..<256 {
                        var sum = Float(basis.mean[256 * block + i])
                        for row in Int(basis.first[block])..<Int(basis.first[block + 1]) {
                            let c = (0..<3).reduce(Float(0)) {
                                $0 + Float(basis.map[3 * row + $1]) * common.coefficients[k][$1]
                            }
                            sum += c * Float(basis.rows[256 * row + i])
                        }
                        #expect(abs(sum - Float(file.block(block, in: k)[i])) < 250)
                    }
                }
            }
        }
    }

    @Test func snapshotsAreKept() throws {
        try TemporaryFolder.with { folder in
            let (file, _) = try snapshots("\(folder)/s", count: 4)
            let value = file.block(2, in: 3)[17]
            let again = try SnapshotFile(
                path: "\(folder)/s", snapshots: 4, blocks: 5, plan: Array(repeating: 1, count: 32))
            #expect((0..<4).allSatisfy(again.isDone) && again.block(2, in: 3)[17] == value)
            let other = try SnapshotFile(
                path: "\(folder)/s", snapshots: 4, blocks: 5, plan: Array(repeating: 2, count: 32))
            #expect(!(0..<4).contains(where: other.isDone))
            #expect(throws: EngineError.self) {
                try SnapshotFile(path: "\(folder)/no/s", snapshots: 1, blocks: 1, plan: Array(repeating: 2, count: 32))
            }
        }
    }

    @Test func probesTellCoefficients() {
        var random = SplitMix(seed: 2)
        let (global, probes) = (4, 12)
        let effect = (0..<4 * probes * global).map { _ in Float.random(in: -0.1...0.1, using: &random) }
        let mean = (0..<4 * probes).map { _ in random.unit() }
        var solver = ProbeSolver(
            positions: Array(repeating: .zero, count: probes), mean: mean,
            weight: Array(repeating: 1, count: 4 * probes),
            effect: effect, global: global, noise: 1e-4)
        func values(_ coefficients: [Float], noise: Float) -> [Float] {
            (0..<4 * probes).map { r in
                mean[r] + (0..<global).reduce(Float(0)) { $0 + effect[r * global + $1] * coefficients[$1] }
                    + Float.random(in: -1...1, using: &random) * noise
            }
        }
        let training = (0..<50).map { _ in (0..<global).map { _ in Float.random(in: -1...1, using: &random) } }
        solver.calibrate(training.map { values($0, noise: 1e-3) })
        func solve(_ probes: [Float]) -> ([Float], Float) {
            var probes = probes
            var found = [Float](repeating: 0, count: global)
            let misfit = solver.solve(&probes, into: &found)
            return (found, misfit)
        }
        let (found, misfit) = solve(values([0.5, -0.25, 0.75, 0.1], noise: 1e-3))
        #expect(zip(found, [0.5, -0.25, 0.75, 0.1] as [Float]).allSatisfy { abs($0 - $1) < 0.02 })
        #expect(misfit < ProbeSolver.strange * solver.usualMisfit)
        // Far out: limited, and known to be.
        let (limited, strange) = solve(values([40, 0, 0, 0], noise: 0))
        #expect(abs(limited[0]) <= 1.26 && strange > ProbeSolver.strange * solver.usualMisfit)
    }

    @Test func candidatesFollowLeverage() {
        let leverage: [Float] = (0..<10_000).map { $0 < 100 ? 1 : $0 < 9_000 ? 0.0001 : 0 }
        let picked = ProbeChoice.candidates(leverage, count: 16, seed: 1)
        #expect(picked.count == 128 && picked == Array(Set(picked)).sorted() && picked.allSatisfy { $0 < 9_000 })
        #expect(picked.count { $0 < 100 } > 20)
        #expect(ProbeChoice.candidates(leverage, count: 16, seed: 1) == picked)
    }

    @Test func choiceTakesWhatTellsMost() {
        // One probe for each coefficient is strong, the others are weak copies of the first.
        let strong = (0..<3).map { g in (0..<12).map { $0 == g ? Float(1) : 0 } }
        let weak = (0..<20).map { _ in (0..<12).map { $0 == 0 ? Float(0.1) : 0 } }
        let chosen = ProbeChoice.choose(weak + strong, global: 3, count: 8, noise: 0.1)
        #expect(chosen.count == 8 && [20, 21, 22].allSatisfy(chosen.contains))
    }

    @Test func regressionFollowsACurve() {
        var random = SplitMix(seed: 6)
        func sample() -> ([Float], [Float]) {
            let (a, b) = (Float.random(in: -1...1, using: &random), Float.random(in: -1...1, using: &random))
            return ([a, b, a + b, 0.5 * a, b, a, 0, 1], [sin(2 * a) + b, cos(2 * b) - 0.5])
        }
        let samples = (0..<120).map { _ in sample() }
        let regression = KernelRegression(
            inputs: samples.map(\.0), scales: [Float](repeating: 1, count: 8), targets: samples.map(\.1), threads: 2)
        var work = [Float](repeating: 0, count: regression.features)
        var out: [Float] = [0, 0]
        for _ in 0..<40 {
            let (probes, expected) = sample()
            #expect(regression.evaluate(probes, work: &work, into: &out))
            #expect(zip(out, expected).allSatisfy { abs($0 - $1) < 0.1 })
        }
        #expect(regression.leftOut < 0.1)
        #expect(!regression.evaluate([30, -30, 0, 15, -30, 30, 0, 1], work: &work, into: &out))
        #expect(zip(out, regression.range).allSatisfy { abs($0) <= 1.26 * $1 })
    }
}
