import Foundation

/// Weighted means over square windows, separably.
struct GaussianWindow {
    private let weights: [Double]

    /// - Parameter side: odd.
    init(side: Int, sigma: Double) {
        let bell = (0..<side).map { exp(-pow(Double($0 - side / 2), 2) / (2 * sigma * sigma)) }
        let sum = bell.reduce(0, +)
        weights = bell.map { $0 / sum }
    }

    /// - Parameter values: `[height, width]`, at least as large as the window.
    /// - Returns: `[height - side + 1, width - side + 1]`.
    func filter(_ values: [Double], width: Int, height: Int) -> [Double] {
        let side = weights.count
        let columns = width - side + 1
        var across = [Double](repeating: 0, count: height * columns)
        for y in 0..<height {
            for x in 0..<columns {
                for k in 0..<side { across[y * columns + x] += weights[k] * values[y * width + x + k] }
            }
        }
        var result = [Double](repeating: 0, count: (height - side + 1) * columns)
        for i in result.indices {
            for k in 0..<side { result[i] += weights[k] * across[i + k * columns] }
        }
        return result
    }
}
