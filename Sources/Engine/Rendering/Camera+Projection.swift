extension Camera {
    /// Where a point of the scene is seen, in pixels; nil behind the camera or far outside of any picture.
    public func project(_ point: SIMD3<Float>, from pose: Pose) -> SIMD2<Float>? {
        let local = CameraRays(camera: self, pose: pose).toCamera(point)
        guard local.z < 0 else { return nil }
        let seen = SIMD2(centerX - focal * local.x / local.z, centerY + focal * local.y / local.z)
        // Also false for what is not a number.
        guard abs(seen.x) < 1e6, abs(seen.y) < 1e6 else { return nil }
        return seen
    }

    /// The same view in another number of pixels.
    func resized(width: Int, height: Int) -> Camera {
        let scale = Float(width) / Float(self.width)
        return Camera(
            width: width, height: height, focal: focal * scale, centerX: centerX * scale, centerY: centerY * scale)
    }
}
