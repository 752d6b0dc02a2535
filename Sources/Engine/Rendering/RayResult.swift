/// What volume rendering leaves of one ray through the head or the torso.
struct RayResult: Sendable, Equatable {
    /// Colour of everything before the background, weighted: `rgb_map_fg` of the release.
    var foreground = SIMD3<Float>()
    /// The background's weight: `last_weight`.
    var lastWeight: Float = 1
    /// `1 - sum of weights`, which `white_bkgd` adds: of rounding size.
    var remainder: Float = 0

    /// The ray's colour over a background.
    func over(_ background: SIMD3<Float>) -> SIMD3<Float> {
        foreground + background * lastWeight + remainder
    }
}
