import Foundation

/// What a torso is told about the head's pose: Euler angles and translation, each encoded with three octaves
/// (`pose_to_euler_trans` in the release's `run_nerf.py`).
public enum PoseSignal {
    public static let octaves = 3
    /// 21 values of the angles, 21 of the translation.
    public static let size = 42

    /// - Returns: `[42]`
    public static func encode(_ pose: Pose) -> [Float] {
        PositionalEncoding.encode(eulerAngles(pose), octaves: octaves)
            + PositionalEncoding.encode(pose.translation, octaves: octaves)
    }

    /// The release's three angles, in radians: `atan2(R22, R12)`, `asin(-R02)`, `atan2(R00, -R01)`.
    public static func eulerAngles(_ pose: Pose) -> SIMD3<Float> {
        let r = pose.rotation
        // A rotation within the track's tolerance may exceed 1 by rounding, where asin is NaN.
        let sine = min(max(-r[2], -1), 1)
        return SIMD3(atan2(r[8], r[5]), asin(sine), atan2(r[0], -r[1]))
    }
}

extension Avatar {
    /// The torso networks' condition: the leading channels of the head's code, then the pose signal. (The head's condition is
    /// the code itself.)
    /// - Parameter code: `[codeSize]`
    /// - Returns: `[torsoCodeSize + 42]`
    public func torsoCondition(code: [Float], pose: Pose) -> [Float] {
        code.prefix(configuration.torsoCodeSize) + PoseSignal.encode(pose)
    }
}
