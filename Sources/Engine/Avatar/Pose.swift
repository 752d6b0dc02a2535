/// A camera-to-world transform: the camera looks along its own -z, +y is up (the release's `transform_matrix`).
public struct Pose: Sendable, Hashable {
    /// The rotation's nine entries, row-major.
    public let rotation: [Float]
    /// The camera's position in scene units.
    public let translation: SIMD3<Float>

    /// - Parameter matrix: 16 (or 12) entries of a 4 x 4 (or 3 x 4) matrix, row-major.
    public init(matrix: [Float]) {
        precondition(matrix.count == 16 || matrix.count == 12)
        rotation = [0, 1, 2, 4, 5, 6, 8, 9, 10].map { matrix[$0] }
        translation = SIMD3(matrix[3], matrix[7], matrix[11])
    }
}
