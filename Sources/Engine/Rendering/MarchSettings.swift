/// How densely the raw field is evaluated when rays are marched as one continuous integral.
struct MarchSettings: Sendable, Hashable, Codable {
    /// Depth between planes of nodes, scene units. The encoding's shortest wavelength is 2 pi / 512, 12.3 mm in a scene measured in metres.
    var planeSpacing: Float
    /// Wanted distance between nodes across the picture, scene units; never under one pixel.
    var nodeSpacing: Float
    /// Slices composited between two planes.
    var slices: Int = 3
    /// Catmull-Rom interpolation across the picture, else linear.
    var cubic: Bool = true
    /// A pixel whose transmittance is under this is finished.
    var opaque: Float = 1e-3
    /// A node none of whose neighbours' transmittance is above this is not evaluated.
    var nodeOpaque: Float = 1e-3
}
