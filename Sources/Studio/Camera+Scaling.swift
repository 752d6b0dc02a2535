import Engine

extension Camera {
    /// The same view in another number of pixels, the proportions kept.
    public func scaled(toWidth width: Int) -> Camera {
        guard width != self.width else { return self }
        let scale = Float(width) / Float(self.width)
        return Camera(
            width: width, height: max(1, Int((Float(height) * scale).rounded())), focal: focal * scale,
            centerX: centerX * scale, centerY: centerY * scale)
    }
}
