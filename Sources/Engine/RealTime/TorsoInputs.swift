/// What a torso's coefficients are told from: its field at some points, how the head is held, and what is said.
enum TorsoInputs {
    /// Rotation and translation.
    private static let poseSize = 12
    /// Shares of the inputs' variance, that of the probes being 1.
    private static let poseShare: Float = 0.3
    private static let codeShare: Float = 0.1

    static func count(probes: Int, codeSize: Int) -> Int { 4 * probes + poseSize + codeSize }

    /// Writes what follows the probes' values.
    static func write(_ frame: FrameRequest, codeSize: Int, into values: UnsafeMutablePointer<Float>) {
        for i in 0..<9 { values[i] = frame.pose.rotation[i] }
        for i in 0..<3 { values[9 + i] = frame.pose.translation[i] }
        for i in 0..<codeSize { values[poseSize + i] = frame.code[i] }
    }

    /// Factors that bring the parts to their shares of the variance, so that units and networks' scales do not matter.
    ///
    /// - Parameter inputs: `[samples][inputs]`.
    static func scales(_ inputs: [[Float]], probes: Int) -> [Float] {
        let count = inputs[0].count
        var scales = [Float](repeating: 1, count: count)
        let pose = 4 * probes
        for (part, share) in [
            (0..<pose, Float(1)), (pose..<pose + 9, poseShare / 2), (pose + 9..<pose + poseSize, poseShare / 2),
            (pose + poseSize..<count, codeShare),
        ] {
            var variance: Float = 0
            for i in part {
                let mean = inputs.reduce(0) { $0 + $1[i] } / Float(inputs.count)
                variance += inputs.reduce(0) { $0 + ($1[i] - mean) * ($1[i] - mean) } / Float(inputs.count)
            }
            // What never varies tells nothing.
            for i in part { scales[i] = variance > 1e-12 ? (share / variance).squareRoot() : 0 }
        }
        return scales
    }
}
