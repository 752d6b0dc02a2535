import Engine
import Foundation
import Media
import Testing

@testable import Studio

@Suite struct PlotTests {
    private func decoded(_ picture: Picture) throws -> Picture {
        try PictureFile.read(PNGCodec.encode(picture), name: "plot")
    }

    private func pixels(_ picture: Picture, _ color: Canvas.Color) -> [SIMD2<Int>] {
        (0..<picture.width * picture.height).filter {
            picture.bytes[3 * $0..<3 * $0 + 3].elementsEqual([color.x, color.y, color.z])
        }.map { SIMD2($0 % picture.width, $0 / picture.width) }
    }

    private func report(_ whole: [Double], mouths: [Double?]) -> EvaluationReport {
        let box = PictureBox(x: 0, y: 0, width: 8, height: 8)
        let frames = whole.indices.map { k in
            EvaluationReport.Measures(
                frame: 10 * k, whole: whole[k], mouth: mouths[k], silhouette: nil, ssim: 1, worstBlock: box,
                worstBlockRMS: 0, temporal: 0, motion: 0)
        }
        return EvaluationReport(
            avatar: "a", subject: "realtime", truth: "exact", certified: nil, framesPerSecond: 1, frames: frames)
    }

    @Test func fidelityIsDrawnWhereItIs() throws {
        let shown = try decoded(EvaluationPlots.fidelity(report([40, 44, 30], mouths: [38, nil, 28])))
        #expect(shown.width == 900 && shown.height == 420)
        // Below the legend: the last frame is the worst, the middle one the best.
        let blue = pixels(shown, Canvas.blue).filter { $0.y > 46 }
        #expect(!pixels(shown, Canvas.orange).isEmpty)
        let lowest = try #require(blue.max { $0.y < $1.y })
        let highest = try #require(blue.min { $0.y < $1.y })
        #expect(lowest.x > 860 && abs(highest.x - 475) < 10)
        // Without a mouth there is one line only.
        let alone = try decoded(EvaluationPlots.fidelity(report([40, 44], mouths: [nil, nil])))
        #expect(pixels(alone, Canvas.orange).isEmpty && !pixels(alone, Canvas.blue).isEmpty)
    }

    @Test(arguments: [[Double](), [41], [41, 41], [100, 100, 100], [.infinity, 40], [1e-9, 2e-9]])
    func whateverTheValuesThereIsAPlot(values: [Double]) throws {
        let shown = try decoded(
            EvaluationPlots.fidelity(report(values, mouths: values.map { _ in nil })))
        #expect(shown.width == 900 && shown.height == 420)
    }

    @Test func theErrorsPlaceGlows() throws {
        let grey = Picture(width: 60, height: 50, channels: 3, bytes: [UInt8](repeating: 100, count: 9_000))
        var bytes = grey.bytes
        for i in 3 * (20 * 60 + 30)..<3 * (20 * 60 + 31) { bytes[i] = 140 }
        let map = try decoded(
            EvaluationPlots.error(
                frame: 7, rendered: Picture(width: 60, height: 50, channels: 3, bytes: bytes), truth: grey))
        // Four times as large, a title above, a bar beside it.
        #expect(map.width > 240 && map.height == 30 + 200 + 10)
        func pixel(_ x: Int, _ y: Int) -> [UInt8] {
            Array(map.bytes[3 * (y * map.width + x)..<3 * (y * map.width + x) + 3])
        }
        #expect(pixel(4 * 30 + 1, 30 + 4 * 20 + 1) == [255, 255, 255])
        #expect(pixel(4 * 29 + 1, 30 + 4 * 20 + 1) == [0, 0, 0])
        #expect(throws: EngineError.self) {
            try EvaluationPlots.error(
                frame: 0, rendered: grey, truth: Picture(width: 1, height: 1, channels: 3, bytes: [0, 0, 0]))
        }
    }

    @Test func everyLetterHasItsSizeAndIsLikeNoOther() {
        for (letter, glyph) in BitmapFont.glyphs {
            let rows = BitmapFont.rows(of: letter)
            #expect(rows.count == 5 && rows.allSatisfy { $0.count == 3 }, "\(letter)")
            #expect(glyph.contains("#"), "\(letter)")
        }
        #expect(Set(BitmapFont.glyphs.values).count == BitmapFont.glyphs.count)
        #expect("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-+:%".allSatisfy { BitmapFont.glyphs[$0] != nil })
        #expect(BitmapFont.rows(of: " ").isEmpty)
    }

    @Test(arguments: [
        ([31.0, 44], [30.0, 35, 40, 45]), ([0, 1], [0, 0.2, 0.4, 0.6, 0.8, 1]), ([7, 7], [6, 6.5, 7, 7.5, 8]),
    ])
    func axesHaveRoundNumbers(values: [Double], ticks: [Double]) {
        let axis = Axis(values)
        #expect(axis.ticks.count == ticks.count && zip(axis.ticks, ticks).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(axis.share(axis.range.lowerBound) == 0 && axis.share(axis.range.upperBound) == 1)
    }

    @Test func nothingIsDrawnOutside() {
        var canvas = Canvas(width: 9, height: 5)
        canvas.line(SIMD2(-20, -20), SIMD2(40, 40), Canvas.blue, weight: 3)
        canvas.text("ABC 12.5%", x: -3, y: 3)
        canvas.fill(-5..<100, 4..<90, Canvas.orange)
        #expect(canvas.picture.bytes.count == 135)
        #expect(pixels(canvas.picture, Canvas.orange).count == 9)
    }
}
