import Engine
import Foundation

/// Lines over a common axis.
struct LinePlot {
    struct Series {
        var name: String
        var color: Canvas.Color
        /// One for each place of the axis; nil where there is none, which interrupts the line.
        var values: [Double?]
    }

    var title: String
    var label: String
    /// Where the values lie, ascending.
    var places: [Double]
    var series: [Series]
    /// Whether each value is a dot of its own, too.
    var hasDots = false

    private static let (width, height) = (900, 420)
    private static let columns = 70..<width - 20
    private static let rows = 50..<height - 50

    var picture: Picture {
        var canvas = Canvas(width: Self.width, height: Self.height)
        let across = Axis(places)
        let up = Axis(series.flatMap(\.values).compactMap { $0 })
        func x(_ value: Double) -> Int {
            Self.columns.lowerBound + Int(across.share(value) * Double(Self.columns.count - 1))
        }
        func y(_ value: Double) -> Int { Self.rows.upperBound - 1 - Int(up.share(value) * Double(Self.rows.count - 1)) }

        for tick in up.ticks {
            canvas.line(
                SIMD2(Self.columns.lowerBound, y(tick)), SIMD2(Self.columns.upperBound - 1, y(tick)), Canvas.grey)
            let text = up.text(tick)
            canvas.text(text, x: Self.columns.lowerBound - 8 - Canvas.width(of: text), y: y(tick) - 5)
        }
        for tick in across.ticks {
            let text = across.text(tick)
            canvas.line(SIMD2(x(tick), Self.rows.upperBound), SIMD2(x(tick), Self.rows.upperBound + 4), Canvas.black)
            canvas.text(text, x: x(tick) - Canvas.width(of: text) / 2, y: Self.rows.upperBound + 10)
        }
        let corner = SIMD2(Self.columns.lowerBound, Self.rows.upperBound)
        canvas.line(SIMD2(corner.x, Self.rows.lowerBound), corner, Canvas.black)
        canvas.line(corner, SIMD2(Self.columns.upperBound - 1, corner.y), Canvas.black)

        canvas.text(title, x: Self.columns.lowerBound, y: 10)
        canvas.text(label, x: Self.columns.upperBound - Canvas.width(of: label), y: Self.height - 18)
        var left = Self.columns.lowerBound
        for part in series {
            canvas.text(part.name, x: left, y: 30, part.color)
            left += Canvas.width(of: part.name) + 24
            var last: SIMD2<Int>?
            for (place, value) in zip(places, part.values) {
                guard let value, value.isFinite else {
                    last = nil
                    continue
                }
                let point = SIMD2(x(place), y(value))
                if let last { canvas.line(last, point, part.color, weight: 2) }
                if hasDots { canvas.line(point, point, part.color, weight: 7) }
                last = point
            }
        }
        return canvas.picture
    }
}
