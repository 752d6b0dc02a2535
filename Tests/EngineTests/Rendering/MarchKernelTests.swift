import CKernels
import Foundation
import Testing

@testable import Engine

/// The marching kernels against plain twins.
@Suite struct MarchKernelTests {
    private static let sizes = [(1, 1), (4, 4), (7, 5), (33, 18), (5, 40)]

    private func lattice(_ columns: Int, _ rows: Int, spacing: Int = 2) -> adn_lattice {
        adn_lattice(columns: Int32(columns), rows: Int32(rows), spacing: Int32(spacing))
    }

    private func flags(_ count: Int, share: Float, _ random: inout SplitMix) -> [UInt8] {
        (0..<count).map { _ in random.unit() < share ? 1 : 0 }
    }

    private func values(_ count: Int, in range: ClosedRange<Float>, _ random: inout SplitMix) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &random) }
    }

    // MARK: dilation

    @Test(arguments: sizes) func dilation(columns: Int, rows: Int) {
        var random = SplitMix(seed: 1)
        for radius in 0...6 {
            for share: Float in [0, 0.03, 0.5] {
                let set = flags(columns * rows, share: share, &random)
                var expected = set
                for y in 0..<rows {
                    for x in 0..<columns {
                        let found = (max(0, y - radius)...min(rows - 1, y + radius)).contains { v in
                            (max(0, x - radius)...min(columns - 1, x + radius)).contains { set[v * columns + $0] == 1 }
                        }
                        expected[y * columns + x] = found ? 1 : 0
                    }
                }
                var out = [UInt8](repeating: 9, count: set.count), scratch = out
                adn_dilate(lattice(columns, rows), Int32(radius), set, &out, &scratch)
                #expect(out == expected)
                // In place, as the marcher does it.
                var inPlace = set
                inPlace.withUnsafeMutableBufferPointer {
                    adn_dilate(lattice(columns, rows), Int32(radius), $0.baseAddress!, $0.baseAddress!, &scratch)
                }
                #expect(inPlace == expected)
            }
        }
    }

    // MARK: mixing

    /// The parabola through the planes at -1, 0 and 1, or the line through the last two.
    private func mixed(_ before: Float?, _ front: Float, _ back: Float, _ t: Float) -> Float {
        guard let before else { return front + (back - front) * t }
        let curvature = (before + back) / 2 - front
        let slope = (back - before) / 2
        return front + t * (slope + t * curvature)
    }

    @Test(arguments: sizes, [1, 2]) func mixing(size: (Int, Int), spacing: Int) {
        let (columns, rows) = size
        let count = columns * rows
        var random = SplitMix(seed: 2)
        let planes = (0..<3).map { _ in values(4 * count, in: -40...40, &random) }
        for (share, t) in [(Float(0), Float(0.5)), (0.3, 0.1), (0.8, 0.5), (1, 0.9)] {
            let known = flags(count, share: share, &random)
            let beforeKnown = flags(count, share: 0.5, &random)
            var slice = [Float](repeating: 77, count: 4 * count)
            var border = [UInt8](repeating: 0, count: count)
            var scratch = border
            adn_dilate(lattice(columns, rows, spacing: spacing), 1, known, &border, &scratch)
            adn_mix_planes(
                lattice(columns, rows, spacing: spacing), planes[0], beforeKnown, planes[1], planes[2], known, border,
                t,
                &slice)
            var expected = [Float](repeating: 77, count: 4 * count)
            for i in 0..<4 * count where known[i / 4] == 1 {
                expected[i] = mixed(beforeKnown[i / 4] == 1 ? planes[0][i] : nil, planes[1][i], planes[2][i], t)
            }
            if spacing > 1 {
                for node in 0..<count where known[node] == 0 {
                    let (x, y) = (node % columns, node / columns)
                    var around: [Int] = []
                    for v in max(0, y - 1)...min(rows - 1, y + 1) {
                        for u in max(0, x - 1)...min(columns - 1, x + 1) where known[v * columns + u] == 1 {
                            around.append(v * columns + u)
                        }
                    }
                    let empty: [Float] = [0, 0, 0, -10]
                    for channel in 0..<4 {
                        let sum = around.reduce(Float(0)) { $0 + expected[4 * $1 + channel] }
                        expected[4 * node + channel] = around.isEmpty ? empty[channel] : sum / Float(around.count)
                    }
                }
            }
            #expect(Difference.largest(slice, expected) < 2e-5)
        }
    }

    // MARK: attenuation

    @Test func attenuation() {
        let count = 8 * 9
        var random = SplitMix(seed: 3)
        let slice = values(4 * count, in: -50...50, &random)
        let known = flags(count, share: 0.7, &random)
        let length = values(count, in: 1...1.2, &random)
        var transmittance = values(count, in: 0...1, &random)
        let expected = transmittance.indices.map { i in
            known[i] == 1 ? transmittance[i] * exp(-max(slice[4 * i + 3], 0) * length[i] * 0.01) : transmittance[i]
        }
        adn_attenuate_nodes(lattice(8, 9), slice, known, length, 0.01, &transmittance)
        #expect(Difference.largest(transmittance, expected) < 1e-6)
    }

    // MARK: compositing

    /// Catmull-Rom's spline through four values (Catmull and Rom 1974), `f` of the way from the second to the third.
    private func spline(_ p: [Double], _ f: Double) -> Double {
        let slope = (p[2] - p[0]) / 2
        let endSlope = (p[3] - p[1]) / 2
        // The cubic with these values and slopes at its ends (Hermite's form).
        let rise = p[2] - p[1]
        let square = 3 * rise - 2 * slope - endSlope
        let cube = slope + endSlope - 2 * rise
        return p[1] + f * (slope + f * (square + f * cube))
    }

    @Test(arguments: 1...7, [1, 6, 13, 20, 29]) func compositing(spacing: Int, width: Int) {
        let height = 11
        let (columns, rows) = ((width - 1) / spacing + 4, (height - 1) / spacing + 4)
        var random = SplitMix(seed: UInt64(spacing * 100 + width))
        let slice = values(4 * columns * rows, in: -3...6, &random)
        let cells = flags(columns * rows, share: 0.7, &random)
        let length = values(width, in: 1...1.2, &random)
        let (step, opaque) = (Float(0.3), Float(1e-3))
        for y in 0..<height {
            // A pixel under the limit is finished.
            let start = (0..<width).flatMap { x in
                [0.1, 0.2, 0.3, x % 5 == 4 ? 0.0009 : random.unit()] as [Float]
            }
            var state = start
            adn_composite_row(
                lattice(columns, rows, spacing: spacing), slice, cells, Int32(width), Int32(y), length, step, opaque,
                &state)
            var expected = start
            for x in 0..<width {
                let (cx, cy) = (x / spacing, y / spacing)
                guard start[4 * x + 3] >= opaque, cells[(cy + 1) * columns + cx + 1] == 1 else { continue }
                let (right, down) = (Double(x % spacing) / Double(spacing), Double(y % spacing) / Double(spacing))
                let raw = (0..<4).map { (channel: Int) -> Double in
                    let rows = (0..<4).map { (v: Int) -> Double in
                        let first = 4 * ((cy + v) * columns + cx) + channel
                        return spline((0..<4).map { Double(slice[first + 4 * $0]) }, right)
                    }
                    return spline(rows, down)
                }
                guard raw[3] > 0 else { continue }
                let through = Double(start[4 * x + 3])
                var left = through * exp(-raw[3] * Double(length[x]) * Double(step))
                if left < Double(opaque) { left = 0 }
                for channel in 0..<3 {
                    expected[4 * x + channel] += Float((through - left) / (1 + exp(-raw[channel])))
                }
                expected[4 * x + 3] = Float(left)
            }
            #expect(Difference.largest(state, expected) < 5e-6, "row \(y)")
        }
    }

    /// A pixel that gets opaque gives what is left to the colour at hand, so that nothing of the background shines through.
    @Test func opaquePixelsAreFinished() {
        // Raw colour 0 is one half; density 100 over a length of 1 leaves e^-100.
        let slice: [Float] = Array(repeating: [0, 0, 0, 100], count: 25).flatMap { $0 }
        var state: [Float] = [0, 0, 0, 1]
        adn_composite_row(
            lattice(5, 5, spacing: 1), slice, [UInt8](repeating: 1, count: 25), 1, 0, [1], 1, 1e-3, &state)
        #expect(state == [0.5, 0.5, 0.5, 0])
    }

    /// Long runs of next to no density must not lose light: `exp(0)` is exactly 1.
    @Test func emptinessLeavesTheStateAlone() {
        let slice: [Float] = Array(repeating: [5, -5, 0, 1e-30], count: 25).flatMap { $0 }
        var state: [Float] = [0.25, 0.5, 0.75, 0.125]
        for _ in 0..<1_000 {
            adn_composite_row(
                lattice(5, 5, spacing: 1), slice, [UInt8](repeating: 1, count: 25), 1, 0, [1], 0.01, 1e-3, &state)
        }
        #expect(state == [0.25, 0.5, 0.75, 0.125])
    }

    /// The kernel's exponential over its range, seen through the transmittance it leaves.
    @Test func theExponentialIsExact() {
        for k in 0...2_000 {
            let x = Float(k) * 0.04
            let slice: [Float] = Array(repeating: [0, 0, 0, x], count: 25).flatMap { $0 }
            var state: [Float] = [0, 0, 0, 1]
            adn_composite_row(
                lattice(5, 5, spacing: 1), slice, [UInt8](repeating: 1, count: 25), 1, 0, [1], 1, 0, &state)
            let expected = exp(-Double(x))
            #expect(abs(Double(state[3]) - expected) <= 3e-7 * expected, "exp(-\(x))")
        }
    }
}
