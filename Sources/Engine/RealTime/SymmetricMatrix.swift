/// A symmetric matrix in double precision: what fitting bases and coefficients comes down to.
struct SymmetricMatrix {
    let size: Int
    /// `[size, size]`, both halves.
    var values: [Double]

    init(size: Int) {
        self.size = size
        values = Array(repeating: 0, count: size * size)
    }

    /// From sums that hold the lower half.
    init(size: Int, lower: [Double]) {
        self.init(size: size)
        for i in 0..<size {
            for j in 0...i {
                values[i * size + j] = lower[i * size + j]
                values[j * size + i] = lower[i * size + j]
            }
        }
    }

    subscript(i: Int, j: Int) -> Double {
        get { values[i * size + j] }
        set { values[i * size + j] = newValue }
    }

    /// Eigenvalues, largest first, and the eigenvectors as rows, by cyclic Jacobi rotations. Each vector's largest entry is
    /// positive, so that the same matrix always gives the same vectors.
    func eigen() -> (values: [Double], vectors: [[Double]]) {
        var a = values
        let n = size
        var v = [Double](repeating: 0, count: n * n)
        for i in 0..<n { v[i * n + i] = 1 }
        let scale = (0..<n).reduce(0) { $0 + a[$1 * n + $1] * a[$1 * n + $1] }
        a.withUnsafeMutableBufferPointer { a in
            v.withUnsafeMutableBufferPointer { v in
                for _ in 0..<30 {
                    var off = 0.0
                    for i in 0..<n { for j in 0..<i { off += a[i * n + j] * a[i * n + j] } }
                    guard off > 1e-22 * scale else { break }
                    for p in 0..<n - 1 {
                        for q in p + 1..<n {
                            let apq = a[p * n + q]
                            guard apq * apq > 1e-30 * scale else { continue }
                            let theta = (a[q * n + q] - a[p * n + p]) / (2 * apq)
                            let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
                            let c = 1 / (t * t + 1).squareRoot()
                            let s = t * c
                            for k in 0..<n {
                                let (x, y) = (a[k * n + p], a[k * n + q])
                                a[k * n + p] = c * x - s * y
                                a[k * n + q] = s * x + c * y
                            }
                            for k in 0..<n {
                                let (x, y) = (a[p * n + k], a[q * n + k])
                                a[p * n + k] = c * x - s * y
                                a[q * n + k] = s * x + c * y
                            }
                            for k in 0..<n {
                                let (x, y) = (v[p * n + k], v[q * n + k])
                                v[p * n + k] = c * x - s * y
                                v[q * n + k] = s * x + c * y
                            }
                        }
                    }
                }
            }
        }
        let order = (0..<n).sorted { (a[$0 * n + $0], $1) > (a[$1 * n + $1], $0) }
        let vectors = order.map { row -> [Double] in
            let vector = Array(v[row * n..<(row + 1) * n])
            let largest = vector.max { abs($0) < abs($1) } ?? 0
            return largest < 0 ? vector.map { -$0 } : vector
        }
        return (order.map { a[$0 * n + $0] }, vectors)
    }

    /// The lower Cholesky factor; nil if the matrix is not positive definite.
    private func cholesky() -> [Double]? {
        let n = size
        var l = values
        for i in 0..<n {
            for j in 0...i {
                var sum = l[i * n + j]
                for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
                if i == j {
                    guard sum > 0 else { return nil }
                    l[i * n + i] = sum.squareRoot()
                } else {
                    l[i * n + j] = sum / l[j * n + j]
                }
            }
        }
        return l
    }

    /// Solves for several right-hand sides: `[size, columns]` in and out. Nil if the matrix is not positive definite.
    func solve(_ right: [Double], columns: Int) -> [Double]? {
        guard let l = cholesky() else { return nil }
        let n = size
        var x = right
        for i in 0..<n {
            for k in 0..<i {
                let f = l[i * n + k]
                for c in 0..<columns { x[i * columns + c] -= f * x[k * columns + c] }
            }
            for c in 0..<columns { x[i * columns + c] /= l[i * n + i] }
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
            for k in i + 1..<max(n, i + 1) {
                let f = l[k * n + i]
                for c in 0..<columns { x[i * columns + c] -= f * x[k * columns + c] }
            }
            for c in 0..<columns { x[i * columns + c] /= l[i * n + i] }
        }
        return x
    }
}
