/// Chooses the points that tell most of the coefficients (greedy D-optimal design, Federov 1972).
struct ProbeChoice {
    /// Candidates for each wanted probe.
    private static let candidates = 8
    /// Probes chosen between updates of what is known.
    private static let atOnce = 8

    /// Places of `count * candidates` values, at random, those with more leverage more often.
    static func candidates(_ leverage: [Float], count: Int, seed: UInt64) -> [Int] {
        var random = SplitMix(seed: seed)
        let allowed = leverage.indices.filter { leverage[$0] > 0 }
        guard allowed.count > count * candidates else { return allowed }
        let floor = 0.05 * allowed.reduce(0) { $0 + Double(leverage[$1]) } / Double(allowed.count)
        var cumulative: [Double] = []
        cumulative.reserveCapacity(allowed.count)
        var sum = 0.0
        for place in allowed {
            sum += Double(leverage[place]) + floor
            cumulative.append(sum)
        }
        var picked = Set<Int>()
        while picked.count < count * candidates {
            let at = Double(random.unit()) * sum
            var (low, high) = (0, cumulative.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if cumulative[middle] < at { low = middle + 1 } else { high = middle }
            }
            picked.insert(allowed[low])
        }
        return picked.sorted()
    }

    /// Indices of the best `count` candidates.
    ///
    /// - Parameter effects: for each candidate `[4, global]`: what unit coefficients make of its four values.
    static func choose(_ effects: [[Float]], global: Int, count: Int, noise: Float) -> [Int] {
        guard effects.count > count else { return Array(effects.indices) }
        let scale = 1 / max(noise, 1e-4)
        // The coefficients' covariance given the probes so far; they start with a variance of 1.
        var covariance = [Double](repeating: 0, count: global * global)
        for g in 0..<global { covariance[g * global + g] = 1 }
        var open = Set(effects.indices)
        var chosen: [Int] = []
        while chosen.count < count {
            var gains: [(gain: Double, index: Int)] = []
            for index in open.sorted() {
                var gain = 0.0
                for c in 0..<4 {
                    for i in 0..<global {
                        let e = Double(effects[index][c * global + i] * scale)
                        guard e != 0 else { continue }
                        var sum = 0.0
                        for j in 0..<global {
                            sum += covariance[i * global + j] * Double(effects[index][c * global + j] * scale)
                        }
                        gain += e * sum
                    }
                }
                gains.append((gain, index))
            }
            gains.sort { ($0.gain, $1.index) > ($1.gain, $0.index) }
            for (_, index) in gains.prefix(min(atOnce, count - chosen.count)) {
                chosen.append(index)
                open.remove(index)
                for c in 0..<4 {
                    update(&covariance, effects[index][c * global..<(c + 1) * global].map { Double($0 * scale) })
                }
            }
        }
        return chosen.sorted()
    }

    /// Sherman and Morrison's update for one more value with noise of variance 1.
    private static func update(_ covariance: inout [Double], _ effect: [Double]) {
        let n = effect.count
        var seen = [Double](repeating: 0, count: n)
        for i in 0..<n { for j in 0..<n { seen[i] += covariance[i * n + j] * effect[j] } }
        let scale = 1 / (1 + zip(seen, effect).reduce(0) { $0 + $1.0 * $1.1 })
        for i in 0..<n { for j in 0..<n { covariance[i * n + j] -= scale * seen[i] * seen[j] } }
    }
}
