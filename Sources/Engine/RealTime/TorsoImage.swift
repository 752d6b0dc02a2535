/// The torso's picture in blocks of 8 x 8 pixels: its camera never moves, so what varies are values of pixels.
struct TorsoImage: Codable, Hashable, Sendable {
    /// Of the avatar's own camera.
    let width: Int
    let height: Int

    /// Blocks across and down.
    var columns: Int { (width + 7) / 8 }
    var rows: Int { (height + 7) / 8 }
    var blocks: Int { columns * rows }
    /// Values of a row of the image, whole blocks.
    var pitch: Int { 32 * columns }
    var values: Int { pitch * 8 * rows }

    func place(ofBlock index: Int) -> UInt32 { UInt32(index / columns * 8 * pitch + index % columns * 32) }

    /// A block's pixel in the picture; nil beyond its edge.
    func pixel(_ point: Int, ofBlock index: Int) -> (x: Int, y: Int)? {
        let x = index % columns * 8 + point % 8
        let y = index / columns * 8 + point / 8
        return x < width && y < height ? (x, y) : nil
    }
}
