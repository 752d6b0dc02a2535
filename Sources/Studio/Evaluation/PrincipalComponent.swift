/// What many pictures' differences have in common: the first principal component over time.
struct PrincipalComponent: Sendable {
    /// One a picture, of mean zero, in the pixels' unit (root mean square over them). Its sign means nothing.
    let values: [Double]
    /// Of all variance, what this component explains: in (0, 1].
    let share: Double

    private static let rounds = 500

    /// Power iteration on the Gram matrix of pictures less their mean: pictures are few, pixels are many.
    ///
    /// - Parameter pictures: of as many pixels each.
    /// - Returns: nil where the pictures are all the same, or have no pixels.
    init?(_ pictures: [[Double]]) {
        guard let first = pictures.first, !first.isEmpty else { return nil }
        let count = pictures.count
        var mean = [Double](repeating: 0, count: first.count)
        for picture in pictures { for i in mean.indices { mean[i] += picture[i] / Double(count) } }
        let centered = pictures.map { zip($0, mean).map { $0 - $1 } }
        var gram = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        for i in 0..<count {
            for j in 0...i {
                let product = zip(centered[i], centered[j]).reduce(0.0) { $0 + $1.0 * $1.1 } / Double(first.count)
                gram[i][j] = product
                gram[j][i] = product
            }
        }
        let trace = gram.indices.reduce(0.0) { $0 + gram[$1][$1] }
        guard trace > 1e-9 * Double(count) else { return nil }
        // At random, for what is chosen by the pictures may be orthogonal to what is looked for.
        var random = SeededRandom(seed: 1)
        var vector = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
        var length = Self.norm(vector)
        var value = 0.0
        for _ in 0..<Self.rounds {
            vector = vector.map { $0 / length }
            vector = gram.map { row in zip(row, vector).reduce(0.0) { $0 + $1.0 * $1.1 } }
            length = Self.norm(vector)
            let change = abs(length - value)
            value = length
            if change < 1e-12 * value { break }
        }
        values = vector.map { $0 / length * value.squareRoot() }
        share = min(value / trace, 1)
    }

    private static func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
