/// How densely the raw field is evaluated when rays are marched as one continuous integral.
struct MarchSettings: Sendable, Hashable {
    /// Depth between planes of nodes, in waves: the shortest wave of the position's encoding is the unit, `2 pi / 2^(octaves - 1)`
    /// scene units.
    var planeSpacing: Float
    /// Wanted distance between nodes across the picture, in waves; never under one pixel.
    var nodeSpacing: Float
    /// Density times transmittance over which the lattice is evaluated in full; thinner parts are evaluated on every other
    /// node of every other row and interpolated between them.
    var refinement: Float
    /// Slices composited between two planes.
    var slices: Int32 = 3
    /// Transmittance under which a pixel is finished, and a node with all its neighbours is not evaluated.
    var opaque: Float = 1e-3

    /// From the cheapest to the most faithful.
    static let ladder = [
        MarchSettings(planeSpacing: 1 / 5, nodeSpacing: 1 / 5.2, refinement: 4),
        MarchSettings(planeSpacing: 1 / 4, nodeSpacing: 1 / 7.8, refinement: 4),
        MarchSettings(planeSpacing: 1 / 6, nodeSpacing: 1 / 7.8, refinement: 2),
        MarchSettings(planeSpacing: 1 / 9, nodeSpacing: 1 / 12, refinement: 1),
    ]
}
