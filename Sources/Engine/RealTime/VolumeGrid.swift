import CKernels

/// The points at which the head is baked: planes across the view, twice as far apart as the points in them.
///
/// x, y and z are the volume's own axes; z is the world's axis that the cameras look along most.
struct VolumeGrid: Codable, Hashable, Sendable {
    /// The world's axis of each of the volume's.
    let axes: [Int]
    /// The first point, in the volume's axes, scene units.
    let origin: SIMD3<Float>
    let spacing: SIMD3<Float>
    /// Points along each axis: multiples of a block's 8, 4 and 2.
    let size: SIMD3<Int32>

    /// Points of a block along each axis.
    static let block = SIMD3<Int32>(8, 4, 2)

    var blocks: SIMD3<Int32> { size / Self.block }
    /// Values of all points.
    var values: Int { 4 * Int(size.x) * Int(size.y) * Int(size.z) }

    /// A world vector in the volume's axes.
    @inline(__always)
    func local(_ v: SIMD3<Float>) -> SIMD3<Float> { SIMD3(v[axes[0]], v[axes[1]], v[axes[2]]) }

    /// The world position of a point.
    @inline(__always)
    func position(_ x: Int32, _ y: Int32, _ z: Int32) -> SIMD3<Float> {
        let p = origin + SIMD3(Float(x), Float(y), Float(z)) * spacing
        var world = SIMD3<Float>()
        for axis in 0..<3 { world[axes[axis]] = p[axis] }
        return world
    }

    /// Where a block's first value lies among all points' values, row by row, plane by plane.
    func place(ofBlock corner: SIMD3<Int32>) -> UInt32 {
        UInt32(4 * ((Int(corner.z) * Int(size.y) + Int(corner.y)) * Int(size.x) + Int(corner.x)))
    }

    /// What the kernels need to know of a frame.
    func volume(points: UnsafePointer<Int16>, camera: Camera, pose: Pose, near: Float, far: Float, densityUnit: Float)
        -> adn_volume
    {
        var volume = adn_volume()
        volume.points = points
        (volume.width, volume.height, volume.planes) = (size.x, size.y, size.z)
        let eye = (local(pose.translation) - origin) / spacing
        volume.origin = (eye.x, eye.y, eye.z)
        func row(_ axis: Int) -> (Float, Float, Float) {
            let at = 3 * axes[axis]
            let scale = 1 / spacing[axis]
            return (pose.rotation[at] * scale, pose.rotation[at + 1] * scale, pose.rotation[at + 2] * scale)
        }
        volume.axes = (row(0), row(1), row(2))
        volume.spacing = (spacing.x, spacing.y, spacing.z)
        (volume.focal, volume.center_x, volume.center_y) = (camera.focal, camera.centerX, camera.centerY)
        (volume.near, volume.far) = (near, far)
        volume.density_unit = densityUnit
        volume.lift = Float(BakedScale.lift)
        volume.opaque = 0.01
        (volume.picture_width, volume.picture_height) = (Int32(camera.width), Int32(camera.height))
        volume.ascending = volume.axes.2.2 < 0
        return volume
    }
}
