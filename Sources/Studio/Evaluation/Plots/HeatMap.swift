import Engine
import Foundation

/// How wrong each pixel is, as a colour.
enum HeatMap {
    /// The least width of the map on the picture: smaller ones are enlarged.
    private static let least = 240
    private static let (top, bar, margin) = (30, 16, 10)

    /// The map, and beside it a bar of its colours: from none to the largest error, in 8-bit steps.
    static func picture(of comparison: PictureComparison, title: String) -> Picture {
        let scale = max(1, (least + comparison.width - 1) / comparison.width)
        let (width, height) = (comparison.width * scale, comparison.height * scale)
        let errors = (0..<comparison.width * comparison.height).map { pixel in
            let sum = comparison.errors[3 * pixel..<3 * pixel + 3].reduce(0.0) { $0 + Double($1) * Double($1) }
            return (sum / 3).squareRoot()
        }
        let largest = max(errors.max() ?? 0, 1)
        let text = String(format: "%.0f", largest)
        var canvas = Canvas(
            width: width + 3 * margin + bar + Canvas.width(of: text), height: top + max(height, 120) + margin)
        canvas.text(title, x: margin, y: margin)
        for (pixel, error) in errors.enumerated() {
            let (x, y) = (pixel % comparison.width * scale, top + pixel / comparison.width * scale)
            canvas.fill(x..<x + scale, y..<y + scale, color(error / largest))
        }
        let left = width + margin
        for y in 0..<height {
            canvas.fill(left..<left + bar, top + y..<top + y + 1, color(1 - Double(y) / Double(max(height - 1, 1))))
        }
        canvas.text(text, x: left + bar + margin / 2, y: top)
        canvas.text("0", x: left + bar + margin / 2, y: top + height - 2 * BitmapFont.height)
        return canvas.picture
    }

    /// Black, red, yellow, white.
    ///
    /// - Parameter share: in [0, 1].
    static func color(_ share: Double) -> Canvas.Color {
        func ramp(_ start: Double) -> UInt8 { UInt8((min(max(3 * share - start, 0), 1) * 255).rounded()) }
        return Canvas.Color(ramp(0), ramp(1), ramp(2))
    }
}
