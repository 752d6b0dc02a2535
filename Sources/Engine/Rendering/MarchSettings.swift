/// How densely the raw field is evaluated when rays are marched as one continuous integral.
struct MarchSettings: Sendable, Hashable {
    /// Depth between planes of nodes, in waves: the shortest wave of the position's encoding is the unit, `2 pi / 2^(octaves - 1)`
    /// scene units.
    var planeSpacing: Float
    /// Wanted distance between nodes across the picture, in waves; never under one pixel.
    var nodeSpacing: Float
    /// Every other node of every other row is evaluated first; one between them only if interpolating it may be wrong by more
    /// than this, in colour as it is seen.
    var tolerance: Float
    /// Slices composited between two planes.
    var slices: Int32 = 3
    /// Transmittance under which a pixel is finished, and a node with all its neighbours is not evaluated.
    var opaque: Float = 1e-3

    /// From the cheapest to the most faithful.
    static let ladder = [
        MarchSettings(planeSpacing: 1 / 5, nodeSpacing: 1 / 7.8, tolerance: 0.004),
        MarchSettings(planeSpacing: 1 / 6.5, nodeSpacing: 1 / 7.8, tolerance: 0.002),
        MarchSettings(planeSpacing: 1 / 9, nodeSpacing: 1 / 12, tolerance: 0.001),
    ]
}
