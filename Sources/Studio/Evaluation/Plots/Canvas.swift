import Engine

/// A picture to draw on. What lies outside of it is left out.
struct Canvas {
    typealias Color = SIMD3<UInt8>

    let width: Int
    let height: Int
    private var bytes: [UInt8]

    static let white = Color(255, 255, 255)
    static let black = Color(30, 30, 30)
    static let grey = Color(222, 222, 222)
    static let blue = Color(31, 98, 184)
    static let orange = Color(214, 98, 20)

    /// - Parameters:
    ///   - width: in pixels, at least 1.
    ///   - height: in pixels, at least 1.
    init(width: Int, height: Int, color: Color = Canvas.white) {
        self.width = width
        self.height = height
        bytes = (0..<width * height).flatMap { _ in [color.x, color.y, color.z] }
    }

    var picture: Picture { Picture(width: width, height: height, channels: 3, bytes: bytes) }

    mutating func dot(_ x: Int, _ y: Int, _ color: Color) {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        let i = 3 * (y * width + x)
        (bytes[i], bytes[i + 1], bytes[i + 2]) = (color.x, color.y, color.z)
    }

    mutating func fill(_ columns: Range<Int>, _ rows: Range<Int>, _ color: Color) {
        for y in rows.clamped(to: 0..<height) { for x in columns.clamped(to: 0..<width) { dot(x, y, color) } }
    }

    /// A straight line, both ends included.
    ///
    /// - Parameter weight: its thickness in pixels.
    mutating func line(_ start: SIMD2<Int>, _ end: SIMD2<Int>, _ color: Color, weight: Int = 1) {
        let steps = max(abs(end.x - start.x), abs(end.y - start.y))
        for k in 0...steps {
            let share = steps == 0 ? 0 : Double(k) / Double(steps)
            let x = start.x + Int((share * Double(end.x - start.x)).rounded())
            let y = start.y + Int((share * Double(end.y - start.y)).rounded())
            fill(x - weight / 2..<x - weight / 2 + weight, y - weight / 2..<y - weight / 2 + weight, color)
        }
    }

    /// Text in capitals; what the font lacks is left blank.
    ///
    /// - Parameters:
    ///   - x: of the first letter's left edge.
    ///   - y: of the letters' upper edge.
    ///   - scale: pixels of a letter's dot.
    mutating func text(_ text: String, x: Int, y: Int, _ color: Color = Canvas.black, scale: Int = 2) {
        for (k, character) in text.uppercased().enumerated() {
            let left = x + k * BitmapFont.advance * scale
            for (row, dots) in BitmapFont.rows(of: character).enumerated() {
                for (column, isSet) in dots.enumerated() where isSet {
                    let corner = (x: left + column * scale, y: y + row * scale)
                    fill(corner.x..<corner.x + scale, corner.y..<corner.y + scale, color)
                }
            }
        }
    }

    static func width(of text: String, scale: Int = 2) -> Int { text.count * BitmapFont.advance * scale }
}
