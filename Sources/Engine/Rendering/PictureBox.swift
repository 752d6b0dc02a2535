/// A part of a picture: whole pixels, at least one, all of them in the picture.
public struct PictureBox: Codable, Hashable, Sendable {
    /// The first column and the first row.
    public let x: Int
    public let y: Int
    public let width: Int
    public let height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
        precondition(x >= 0 && y >= 0 && width > 0 && height > 0)
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    public var columns: Range<Int> { x..<x + width }
    public var rows: Range<Int> { y..<y + height }
}

extension PictureBox {
    /// The mouth's surroundings: 0.23 x 0.195 of the picture's width about the mouth, cut at the picture's edges; nil where
    /// nothing is left of it.
    ///
    /// - Parameter mouth: as `MouthLocator` has it, in the scene.
    public static func mouth(_ mouth: SIMD3<Float>, camera: Camera, pose: Pose) -> PictureBox? {
        guard let center = camera.project(mouth, from: pose) else { return nil }
        func extent(_ center: Float, _ share: Float, _ limit: Int) -> Range<Int> {
            let half = max(1, Int((share / 2 * Float(camera.width)).rounded()))
            return (Int(center) - half..<Int(center) + half).clamped(to: 0..<limit)
        }
        let columns = extent(center.x, 0.23, camera.width)
        let rows = extent(center.y, 0.195, camera.height)
        guard !columns.isEmpty, !rows.isEmpty else { return nil }
        return PictureBox(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    }
}
