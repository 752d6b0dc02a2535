import Engine
import Foundation

/// How the poses of a track lie about their mean.
struct PoseSpread {
    private let rotation: [Double]
    private let translation: SIMD3<Double>

    /// - Parameter poses: at least one.
    init(_ poses: [Pose]) {
        precondition(!poses.isEmpty, "a track has poses")
        var sum = [Double](repeating: 0, count: 9)
        var place = SIMD3<Double>()
        for pose in poses {
            for i in 0..<9 { sum[i] += Double(pose.rotation[i]) }
            place += SIMD3<Double>(pose.translation)
        }
        translation = place / Double(poses.count)
        // Rotations all about have no mean; any of them is as good.
        rotation = Self.orthonormal(sum) ?? poses[0].rotation.map(Double.init)
    }

    /// The pose as far from the mean, and as much turned from it, times the factor.
    func pushed(_ pose: Pose, by factor: Double) -> Pose {
        let place = translation + (SIMD3<Double>(pose.translation) - translation) * factor
        let relative = Self.product(Self.transposed(rotation), pose.rotation.map(Double.init))
        let turned = Self.product(rotation, Self.power(relative, factor))
        let places = [place.x, place.y, place.z]
        let matrix = (0..<3).flatMap { row -> [Double] in turned[3 * row..<3 * row + 3] + [places[row]] }
        return Pose(matrix: matrix.map { Float($0) })
    }

    /// The poses farthest from the mean, a turn by one radian as far as a move by one unit of the scene.
    ///
    /// - Parameters:
    ///   - poses: a track, in its order.
    ///   - spacing: poses on either side of a chosen one that are passed over, for they are much the same.
    func farthest(_ count: Int, of poses: [Pose], spacing: Int) -> [Pose] {
        var rest = Set(poses.indices)
        var chosen: [Pose] = []
        while chosen.count < count, let next = rest.max(by: { (distance(poses[$0]), $1) < (distance(poses[$1]), $0) }) {
            chosen.append(poses[next])
            rest.subtract(next - spacing...next + spacing)
        }
        return chosen
    }

    func distance(_ pose: Pose) -> Double {
        let turn = zip(pose.rotation, rotation).reduce(0.0) { sum, pair in sum + pow(Double(pair.0) - pair.1, 2) } / 2
        let move = SIMD3<Double>(pose.translation) - translation
        return (turn + (move * move).sum()).squareRoot()
    }

    // MARK: rotations, row by row

    /// The rotation about the same axis by a multiple of the angle (Rodrigues).
    private static func power(_ r: [Double], _ factor: Double) -> [Double] {
        let angle = acos(min(max((r[0] + r[4] + r[8] - 1) / 2, -1), 1))
        // No turn has no axis; neither does half a turn have one that is told so simply.
        guard sin(angle) > 1e-6 else { return r }
        let axis = [r[7] - r[5], r[2] - r[6], r[3] - r[1]].map { $0 / (2 * sin(angle)) }
        let (c, s) = (cos(factor * angle), sin(factor * angle))
        let cross: [Double] = [0, -axis[2], axis[1], axis[2], 0, -axis[0], -axis[1], axis[0], 0]
        return (0..<9).map { i -> Double in
            let outer: Double = axis[i / 3] * axis[i % 3] * (1 - c)
            let diagonal: Double = i % 4 == 0 ? c : 0
            return diagonal + outer + s * cross[i]
        }
    }

    private static func product(_ a: [Double], _ b: [Double]) -> [Double] {
        (0..<9).map { i -> Double in
            let (row, column) = (i / 3 * 3, i % 3)
            return a[row] * b[column] + a[row + 1] * b[column + 3] + a[row + 2] * b[column + 6]
        }
    }

    private static func transposed(_ a: [Double]) -> [Double] { (0..<9).map { a[$0 % 3 * 3 + $0 / 3] } }

    /// Gram and Schmidt's; nil where the rows are not independent.
    private static func orthonormal(_ m: [Double]) -> [Double]? {
        func unit(_ v: SIMD3<Double>) -> SIMD3<Double>? {
            let length = (v * v).sum().squareRoot()
            return length > 1e-9 ? v / length : nil
        }
        let (a, b) = (SIMD3(m[0], m[1], m[2]), SIMD3(m[3], m[4], m[5]))
        guard let x = unit(a), let y = unit(b - x * (x * b).sum()) else { return nil }
        let z = SIMD3(x.y, x.z, x.x) * SIMD3(y.z, y.x, y.y) - SIMD3(x.z, x.x, x.y) * SIMD3(y.y, y.z, y.x)
        return [x.x, x.y, x.z, y.x, y.y, y.z, z.x, z.y, z.z]
    }
}
