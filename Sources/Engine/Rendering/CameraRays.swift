/// The rays of a camera (`get_rays` of the release): through pixel centres at whole numbers, directions not normalised, so
/// that a ray's parameter is the depth along the camera's axis.
struct CameraRays: Sendable {
    let origin: SIMD3<Float>
    private let rows: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)
    private let camera: Camera

    init(camera: Camera, pose: Pose) {
        self.camera = camera
        origin = pose.translation
        let r = pose.rotation
        rows = (SIMD3(r[0], r[1], r[2]), SIMD3(r[3], r[4], r[5]), SIMD3(r[6], r[7], r[8]))
    }

    /// The direction through the point (x, y) of the picture, in pixels.
    @inline(__always)
    func direction(x: Float, y: Float) -> SIMD3<Float> {
        let local = SIMD3((x - camera.centerX) / camera.focal, -(y - camera.centerY) / camera.focal, -1)
        return SIMD3((local * rows.0).sum(), (local * rows.1).sum(), (local * rows.2).sum())
    }

    /// A point in the camera's own frame: the camera looks along -z.
    func toCamera(_ point: SIMD3<Float>) -> SIMD3<Float> {
        let d = point - origin
        return rows.0 * d.x + rows.1 * d.y + rows.2 * d.z
    }
}

extension SIMD3<Float> {
    /// The Euclidean norm.
    @inline(__always)
    var length: Float { (self * self).sum().squareRoot() }
}
