import CKernels
import Foundation

/// Finds what blocks have in common from frame to frame (proper orthogonal decomposition, snapshots as in Sirovich 1987).
///
/// One set of coefficients for all blocks first, of which the frame's are found at probe points; then, block by block, the few
/// directions among them that matter there.
struct BasisFitter {
    /// What is known of a block's values besides the snapshots.
    struct Importance {
        /// How much an error of each value is seen: 0 where nobody looks.
        var weight: [Float]
        /// What stands where nobody looks; only read there.
        var filling: [Float]
    }

    let file: SnapshotFile
    let threads: Int
    /// Root mean square error that a block's rows may leave, of full scale.
    let tolerance: Float
    /// Coefficients of a frame at most.
    var mostGlobal = 56
    /// From a block's index, its values' mean and peaks over the snapshots, `[256]` each, in [-1, 1].
    let importance: @Sendable (_ block: Int, _ mean: [Float], _ peak: [Float]) -> Importance

    /// Pieces that sums are taken in, so that their order is always the same.
    private static let pieces = 64
    private static let unit = Float(ADN_UNIT)

    /// The common part: which mixtures of snapshots the coefficients stand for.
    struct Common {
        /// `[global][snapshots]`: a basis vector is the sum of the centred snapshots, each times its share.
        var shares: [[Float]]
        /// `[snapshots][global]`: the snapshots' own coefficients; each has a mean square of 1.
        var coefficients: [[Float]]
        /// Root mean square of what the coefficients leave, weighted, of full scale.
        var residual: Float
    }

    /// A block's snapshots in floats: centred values `[snapshots, 256]`, their mean, their importance.
    struct Centered {
        var values: [Float]
        var mean: [Float]
        var importance: Importance
    }

    func centered(_ block: Int) -> Centered {
        let (count, size) = (file.snapshots, BakeBlock.values)
        var mean = [Float](repeating: 0, count: size)
        var peak = [Float](repeating: -.infinity, count: size)
        var values = [Float](repeating: 0, count: count * size)
        for k in 0..<count {
            let from = file.block(block, in: k)
            for i in 0..<size {
                let value = Float(from[i]) / Self.unit
                values[k * size + i] = value
                mean[i] += value
                peak[i] = max(peak[i], value)
            }
        }
        for i in 0..<size { mean[i] /= Float(count) }
        let importance = importance(block, mean, peak)
        for i in 0..<size where importance.weight[i] == 0 { mean[i] = importance.filling[i] }
        for k in 0..<count {
            for i in 0..<size {
                values[k * size + i] = importance.weight[i] == 0 ? 0 : values[k * size + i] - mean[i]
            }
        }
        return Centered(values: values, mean: mean, importance: importance)
    }

    func common() -> Common {
        let count = file.snapshots
        let sums = ProductSums(pieces: Self.pieces, count: count * count + 1)
        Parallel.run(threads: threads, pieces: Self.pieces) { _, piece in
            let sum = sums.base + piece * (count * count + 1)
            for block in file.blocks * piece / Self.pieces..<file.blocks * (piece + 1) / Self.pieces {
                var centered = centered(block)
                let weight = centered.importance.weight
                for k in 0..<count {
                    for i in 0..<BakeBlock.values { centered.values[k * BakeBlock.values + i] *= weight[i] }
                }
                adn_add_products(centered.values, count, BakeBlock.values, BakeBlock.values, sum)
                sum[count * count] += Double(weight.count { $0 > 0 })
            }
        }
        let total = sums.total
        let (values, vectors) = SymmetricMatrix(size: count, lower: total).eigen()
        let places = max(total[count * count], 1) * Double(count)
        // As many as leave less than a part of what blocks may leave, and no more than the snapshots can tell.
        let limit = Double(0.4 * tolerance) * Double(0.4 * tolerance) * places
        var tail = values.reduce(0) { $0 + max($1, 0) }
        var global = 0
        while global < min(mostGlobal, max(count * 2 / 3, 1)), tail > limit, values[global] > 0 {
            tail -= values[global]
            global += 1
        }
        let root = Double(count).squareRoot()
        return Common(
            shares: (0..<global).map { g in vectors[g].map { Float($0 / root) } },
            coefficients: (0..<count).map { k in (0..<global).map { Float(vectors[$0][k] * root) } },
            residual: Float((max(tail, 0) / places).squareRoot()))
    }

    /// A block's values of every basis vector: `[global, 256]`.
    func vectors(_ centered: Centered, _ common: Common) -> [Float] {
        let size = BakeBlock.values
        var result = [Float](repeating: 0, count: common.shares.count * size)
        for (g, shares) in common.shares.enumerated() {
            for (k, share) in shares.enumerated() {
                for i in 0..<size { result[g * size + i] += share * centered.values[k * size + i] }
            }
        }
        return result
    }

    /// What a point's four values tell of the coefficients.
    struct Reading {
        var mean: [Float]
        var weight: [Float]
        /// `[4, global]`: what unit coefficients make of the weighted values.
        var effect: [Float]
    }

    /// - Parameter places: points, `64 * block + point`, in ascending order: so each block is read once.
    func readings(at places: [Int], _ common: Common) -> [Reading] {
        var block = -1
        var centered = Centered(values: [], mean: [], importance: Importance(weight: [], filling: []))
        var vectors: [Float] = []
        return places.map { place in
            if place / BakeBlock.points != block {
                block = place / BakeBlock.points
                centered = self.centered(block)
                vectors = self.vectors(centered, common)
            }
            let values = (0..<4).map { 4 * (place % BakeBlock.points) + $0 }
            let weight = values.map { centered.importance.weight[$0] }
            let effect = zip(values, weight).flatMap { i, weight in
                common.shares.indices.map { vectors[$0 * BakeBlock.values + i] * weight }
            }
            return Reading(mean: values.map { centered.mean[$0] }, weight: weight, effect: effect)
        }
    }

    /// The basis, and for each block's 64 points how much they tell of the coefficients.
    func fit(_ common: Common) -> (basis: BlockBasis, leverage: [Float]) {
        let parts = FittedParts(count: file.blocks)
        Parallel.run(threads: threads, pieces: file.blocks) { _, block in
            parts.parts[block] = fit(block, common)
        }
        var basis = BlockBasis(global: common.shares.count, mean: [], first: [0], rows: [], map: [])
        var leverage: [Float] = []
        for part in parts.array {
            basis.mean += part.mean
            basis.rows += part.rows
            basis.map += part.map
            basis.first.append(UInt32(basis.rows.count / BakeBlock.values))
            leverage += part.leverage
        }
        return (basis, leverage)
    }

    private func fit(_ block: Int, _ common: Common) -> FittedParts.Part {
        let size = BakeBlock.values
        let global = common.shares.count
        let centered = centered(block)
        let vectors = vectors(centered, common)
        let weight = centered.importance.weight
        var part = FittedParts.Part()
        part.mean = centered.mean.map { Int16(max(-32_767, min(32_767, ($0 * Self.unit).rounded()))) }
        var weighted = vectors
        part.leverage = [Float](repeating: 0, count: BakeBlock.points)
        for g in 0..<global {
            for i in 0..<size {
                weighted[g * size + i] *= weight[i]
                part.leverage[i / 4] += weighted[g * size + i] * weighted[g * size + i]
            }
        }
        var products = [Double](repeating: 0, count: global * global)
        adn_add_products(weighted, global, size, size, &products)
        var left = SymmetricMatrix(size: global, lower: products)
        let limit = Double(tolerance * tolerance) * Double(size)
        while part.rows.count < global * size, left.trace > limit, let (value, vector) = left.dominant() {
            left.deflate(value, vector)
            var row = [Float](repeating: 0, count: size)
            for g in 0..<global {
                for i in 0..<size where weight[i] > 0 { row[i] += Float(vector[g]) * vectors[g * size + i] }
            }
            let scale = max(row.reduce(0) { max($0, abs($1)) }, 1e-9) / 127
            part.rows += row.map { Int8(($0 / scale).rounded()) }
            part.map += vector.map { Float16(Float($0) * scale * Self.unit) }
        }
        return part
    }
}

/// Sums of products, one set a piece.
///
/// `@unchecked Sendable`: each piece is summed by one worker.
private final class ProductSums: @unchecked Sendable {
    let base: UnsafeMutablePointer<Double>
    private let pieces: Int
    private let count: Int

    init(pieces: Int, count: Int) {
        self.pieces = pieces
        self.count = count
        base = .allocate(capacity: pieces * count)
        base.initialize(repeating: 0, count: pieces * count)
    }

    deinit { base.deallocate() }

    var total: [Double] {
        (0..<count).map { i in (0..<pieces).reduce(0) { $0 + base[$1 * count + i] } }
    }
}

/// What was fitted of every block.
///
/// `@unchecked Sendable`: each part is written by one worker.
private final class FittedParts: @unchecked Sendable {
    struct Part {
        var mean: [Int16] = []
        var rows: [Int8] = []
        var map: [Float16] = []
        var leverage: [Float] = []
    }

    let parts: UnsafeMutablePointer<Part>
    private let count: Int

    init(count: Int) {
        self.count = count
        parts = .allocate(capacity: max(count, 1))
        parts.initialize(repeating: Part(), count: max(count, 1))
    }

    deinit {
        parts.deinitialize(count: max(count, 1))
        parts.deallocate()
    }

    var array: [Part] { Array(UnsafeBufferPointer(start: parts, count: count)) }
}

extension SymmetricMatrix {
    var trace: Double { (0..<size).reduce(0) { $0 + self[$1, $1] } }

    /// The largest eigenvalue and its vector, by power iteration; nil if there is nothing left.
    func dominant() -> (Double, [Double])? {
        guard size > 0, let start = (0..<size).max(by: { self[$0, $0] < self[$1, $1] }), self[start, start] > 0
        else { return nil }
        var vector = Array(values[start * size..<(start + 1) * size])
        var value = 0.0
        for _ in 0..<100 {
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { return nil }
            for i in 0..<size { vector[i] /= length }
            var next = [Double](repeating: 0, count: size)
            for i in 0..<size {
                var sum = 0.0
                for j in 0..<size { sum += values[i * size + j] * vector[j] }
                next[i] = sum
            }
            let quotient = zip(vector, next).reduce(0) { $0 + $1.0 * $1.1 }
            if abs(quotient - value) < 1e-7 * quotient {
                return (quotient, vector)
            }
            value = quotient
            vector = next
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return (value, vector.map { $0 / length })
    }

    /// Takes an eigenvector's part away.
    mutating func deflate(_ value: Double, _ vector: [Double]) {
        for i in 0..<size { for j in 0..<size { self[i, j] -= value * vector[i] * vector[j] } }
    }
}
