import Engine
import Foundation
import Testing

@testable import Studio

@Suite struct PictureComparisonTests {
    private func picture(_ width: Int, _ height: Int, _ value: (Int, Int, Int) -> Int) -> Picture {
        let bytes = (0..<width * height * 3).map { i in UInt8(value(i / 3 % width, i / 3 / width, i % 3)) }
        return Picture(width: width, height: height, channels: 3, bytes: bytes)
    }

    /// The pattern of Tests/Fixtures/evaluation/ssim.py, whose numbers these are.
    private var pattern: Picture { picture(40, 30) { x, y, c in (x * 7 + y * 13 + c * 29 + x * y) % 256 } }

    @Test func samePicturesAreTheSame() throws {
        let comparison = try PictureComparison(pattern, truth: pattern)
        #expect(comparison.psnr == 100)
        #expect(abs(comparison.ssim - 1) < 1e-12)
        #expect(comparison.worstBlock.rms == 0)
    }

    @Test func anErrorOfOneStepIs48Decibels() throws {
        let grey = picture(24, 16) { _, _, _ in 100 }
        let comparison = try PictureComparison(picture(24, 16) { _, _, _ in 101 }, truth: grey)
        #expect(abs(comparison.psnr - 48.1308) < 1e-4)
    }

    @Test func errorsCountWhereTheyAre() throws {
        let grey = picture(24, 16) { _, _, _ in 100 }
        let spot = picture(24, 16) { x, y, _ in x >= 16 && y >= 8 ? 120 : 100 }
        let comparison = try PictureComparison(spot, truth: grey)
        #expect(comparison.worstBlock.box == PictureBox(x: 16, y: 8, width: 8, height: 8))
        #expect(comparison.worstBlock.rms == 20)
        #expect(comparison.psnr(in: PictureBox(x: 0, y: 0, width: 16, height: 16)) == 100)
        #expect(abs(comparison.psnr(in: PictureBox(x: 16, y: 8, width: 8, height: 8)) - 22.1102) < 1e-4)
        #expect(comparison.psnr(where: (0..<384).map { $0 % 24 < 16 }) == 100)
        #expect(comparison.psnr(where: [Bool](repeating: false, count: 384)) == nil)
    }

    @Test func onlyWhatChangesFlickers() throws {
        let grey = picture(8, 8) { _, _, _ in 100 }
        let wrong = try PictureComparison(picture(8, 8) { _, _, _ in 104 }, truth: grey)
        let right = try PictureComparison(grey, truth: grey)
        #expect(wrong.temporalError(to: wrong) == 0)
        #expect(wrong.temporalError(to: right) == 4)
    }

    @Test func picturesOfOtherSizesAreRefused() {
        #expect(throws: EngineError.self) {
            try PictureComparison(picture(8, 8) { _, _, _ in 0 }, truth: picture(8, 9) { _, _, _ in 0 })
        }
    }

    @Test func similarityIsThatOfTheFixtureScript() throws {
        let noisy = picture(40, 30) { x, y, c in
            min(255, max(0, (x * 7 + y * 13 + c * 29 + x * y) % 256 + (x * 31 + y * 17 + c * 11) % 21 - 10))
        }
        #expect(abs(try PictureComparison(noisy, truth: pattern).ssim - 0.9983671977873223) < 1e-6)
        let tiny = picture(5, 4) { x, y, _ in x * 10 + y }
        #expect(abs(try PictureComparison(tiny, truth: tiny).ssim - 1) < 1e-12)
    }

    @Test func outlinesHaveTwoSides() {
        let alpha = (0..<20 * 9).map { Float($0 % 20 >= 10 ? 1 : 0) }
        let band = OutlineBand.pixels(alpha: alpha, width: 20, within: 2)
        #expect(band == (0..<20 * 9).map { (8..<12).contains($0 % 20) })
    }

    @Test func sideBySideShowsTheDifference() throws {
        let grey = picture(4, 3) { _, _, _ in 100 }
        let other = picture(4, 3) { x, _, _ in x == 1 ? 103 : 100 }
        let shown = try SideBySide.picture(truth: grey, rendered: other)
        #expect(shown.width == 12 && shown.height == 3)
        #expect((0..<12).map { shown.bytes[3 * $0] } == [100, 100, 100, 100, 100, 103, 100, 100, 128, 152, 128, 128])
    }
}
