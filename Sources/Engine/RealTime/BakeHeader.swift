/// The first part of a baked file: all that is not a long list of numbers.
struct BakeHeader: Codable, Sendable {
    static let version = 4

    struct Place: Codable, Sendable {
        /// From the file's start, in bytes; a multiple of 64.
        var offset: Int
        var bytes: Int
    }

    var version = BakeHeader.version
    /// SHA-256 of the checkpoints and the options that pictures depend on.
    var fingerprint: String
    var settings: BakeSettings
    /// Nil until it is measured.
    var report: BakeReport?
    var grid: VolumeGrid
    var image: TorsoImage
    /// Of the torso's picture.
    var focal: Float
    var centerX: Float
    var centerY: Float
    /// Raw density that counts as 1 in the head, and in the torso's probes.
    var densest: Float
    var near: Float
    var far: Float
    /// Of each of the head's parts.
    var headGlobal: [Int]
    var torsoGlobal: Int
    /// Of each of the head's parts.
    var usualMisfit: [Float]
    var kernelLength: Float
    var farthest: Float
    /// The mouth in the world, scene units.
    var mouth: SIMD3<Float>
    var sections: [String: Place] = [:]
}
