/// How an avatar is baked: what the file costs in time and bytes, and what it is worth.
public struct BakeSettings: Codable, Hashable, Sendable {
    /// Distance of the grid's points across the face in shortest waves of the position's encoding (12.3 mm for AD-NeRF's ten
    /// octaves); along the view it is twice that. 1/8 is 1.5 mm.
    public var resolution: Float = 1.0 / 8
    /// Pairs of an audio code and a camera that the head is evaluated for, what speech moves of it for four times as many: more for
    /// faces that vary more.
    public var snapshots = 64
    /// Poses and codes that the torso is rendered for.
    public var torsoSnapshots = 240
    /// Root mean square error, as a share of full scale, that a brick's basis may leave.
    public var rankTolerance: Float = 0.001
    /// Seconds that baking should take at most: resolution and snapshots are lowered to keep it. Nil: what it takes.
    public var timeBudget: Double?
    /// Of every random choice.
    public var seed: UInt64 = 1

    public init() {}
}
