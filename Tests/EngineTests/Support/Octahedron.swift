import Foundation

@testable import Engine

/// A field whose density is known: an octahedron that is densest in its middle.
///
/// `density(x) = peak * (1 - |x - center|_1 / radius) + condition`, raw, made of one layer of units that are rectified
/// differences; red and green grow with x and y, blue is fixed.
struct Octahedron: Sendable {
    var center: SIMD3<Float>
    var radius: Float
    var peak: Float
    static let octaves = 6

    /// The encoding's shortest wave, scene units.
    static let wave = 2 * Float.pi / Float(1 << (octaves - 1))

    func density(_ point: SIMD3<Float>, condition: Float) -> Float {
        let d = point - center
        return peak * (1 - (abs(d.x) + abs(d.y) + abs(d.z)) / radius) + condition
    }

    /// A state dictionary of one layer, sixteen wide.
    /// - Parameter condition: values of the condition; the first raises the density, from 0 on.
    func weights(condition: Int) -> [String: Tensor] {
        let width = 16
        let position = 3 + 6 * Self.octaves
        var first = [Float](repeating: 0, count: width * (position + condition))
        var bias = [Float](repeating: 0, count: width)
        var density = [Float](repeating: 0, count: width)
        for axis in 0..<3 {
            for (unit, sign) in [(2 * axis, Float(1)), (2 * axis + 1, -1)] {
                first[unit * (position + condition) + axis] = sign
                bias[unit] = -sign * center[axis]
                density[unit] = -peak / radius
            }
        }
        first[6 * (position + condition) + position] = 1
        density[6] = 1
        var view = [Float](repeating: 0, count: width / 2 * (width + 3))
        var color = [Float](repeating: 0, count: 3 * width / 2)
        for unit in 0..<4 {
            view[unit * (width + 3) + unit] = 1
            color[unit / 2 * (width / 2) + unit] = (unit & 1 == 0 ? 1 : -1) * 2 / radius
        }
        return [
            "pts_linears.0.weight": Tensor(shape: [width, position + condition], values: first),
            "pts_linears.0.bias": Tensor(shape: [width], values: bias),
            "views_linears.0.weight": Tensor(shape: [width / 2, width + 3], values: view),
            "views_linears.0.bias": Tensor(shape: [width / 2], values: [Float](repeating: 0, count: width / 2)),
            "alpha_linear.weight": Tensor(shape: [1, width], values: density),
            "alpha_linear.bias": Tensor(shape: [1], values: [peak]),
            "rgb_linear.weight": Tensor(shape: [3, width / 2], values: color),
            "rgb_linear.bias": Tensor(shape: [3], values: [0, 0, 0.5]),
        ]
    }

    func network(_ variant: KernelVariant = .portable, condition: Int = 1) throws -> FaceNeRF {
        try FaceNeRF(
            weights: weights(condition: condition), octaves: Self.octaves, directionOctaves: 0, variant: variant)
    }

    /// An avatar whose head is one octahedron and whose torso is another, below it.
    static func avatar(
        head: Octahedron = Octahedron(center: SIMD3(0, 0.1, 0), radius: 0.3, peak: 40),
        torso: Octahedron = Octahedron(center: SIMD3(0.05, -0.25, 0), radius: 0.3, peak: 40), far: Float = 1.5,
        fingerprint: String = "f00d"
    ) -> Avatar {
        var configuration = TrainingConfig()
        configuration.near = 0.5
        configuration.far = far
        (configuration.depth, configuration.fineDepth, configuration.width, configuration.fineWidth) = (1, 1, 16, 16)
        (configuration.positionOctaves, configuration.directionOctaves) = (octaves, 0)
        (configuration.codeSize, configuration.torsoCodeSize) = (4, 4)
        func pair(_ field: Octahedron, condition: Int) -> NetworkPair {
            let shape = FaceNeRFShape(
                position: 3 + 6 * octaves, condition: condition, direction: 3, width: 16, depth: 1)
            let weights = field.weights(condition: condition)
            return NetworkPair(coarse: weights, coarseShape: shape, fine: weights, fineShape: shape)
        }
        let (width, height) = (40, 36)
        let bytes = (0..<width * height * 3).map { UInt8($0 * 7 % 256) }
        let poses = (0..<4).map { pose(turn: 0.03 * Float($0)) }
        let track = PoseTrack(name: "transforms_train", focal: 40, centerX: 20, centerY: 18, poses: poses)
        return Avatar(
            name: "octahedra", folder: "/nowhere", configuration: configuration, head: pair(head, condition: 4),
            torso: pair(torso, condition: 46), audioNet: [:], attentionNet: [:],
            camera: track.camera(width: width, height: height),
            background: Picture(width: width, height: height, channels: 3, bytes: bytes), trainingTrack: track,
            torsoPose: poses[0], tracks: [track], defaultTrack: track, featureFiles: [], fingerprint: fingerprint)
    }

    /// A camera a unit before the scene's middle, turned about the vertical axis through it.
    static func pose(turn: Float) -> Pose {
        let (s, c) = (sin(turn), cos(turn))
        return Pose(matrix: [c, 0, s, s, 0, 1, 0, 0, -s, 0, c, c])
    }

    static func request(_ avatar: Avatar, frame: Int = 0) -> FrameRequest {
        FrameRequest(
            camera: avatar.camera, pose: avatar.trainingTrack.poses[frame], torsoPose: avatar.torsoPose,
            code: [0, 0.5, -0.5, 1], background: .picture(avatar.background))
    }
}
