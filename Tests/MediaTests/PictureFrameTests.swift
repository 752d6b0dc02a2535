import Engine
import Media
import Testing

@Suite struct PictureFrameTests {
    @Test func bytesAreClippedAndTruncated() {
        // 0.999 * 255 = 254.7 is 254, as in the release, not 255.
        let frame = Frame(width: 2, height: 1, rgb: [-0.5, 0.999, 1.5, 0.5, .nan, .infinity])
        #expect(Picture(frame) == Picture(width: 2, height: 1, channels: 3, bytes: [0, 254, 255, 127, 0, 255]))
    }

    @Test func everyStepIsWhereItShouldBe() {
        // All values beside which the byte changes, their neighbours, and some that lie anywhere.
        var random = SystemRandomNumberGenerator()
        let steps = (0...255).flatMap { step in
            let value = Float(step) / 255
            return [value.nextDown.nextDown, value.nextDown, value, value.nextUp, value.nextUp.nextUp]
        }
        let values = steps + (0..<3_001).map { _ in Float.random(in: -0.1...1.1, using: &random) }
        let expected = values.map { value -> UInt8 in value > 0 ? UInt8(min(value, 1) * 255) : 0 }
        let rgb = values + [Float](repeating: 0, count: values.count.isMultiple(of: 3) ? 0 : 3 - values.count % 3)
        let picture = Picture(Frame(width: rgb.count / 3, height: 1, rgb: rgb))
        #expect(Array(picture.bytes.prefix(values.count)) == expected)
    }

    @Test func transparentFramesBecomeStraightAlpha() {
        // Half covered by 0.4 premultiplied: the colour is 0.8. Not covered at all: black.
        let frame = Frame(width: 2, height: 1, rgb: [0.4, 0.1, 0.5, 0.3, 0.3, 0.3], alpha: [0.5, 0])
        #expect(Picture(frame) == Picture(width: 2, height: 1, channels: 4, bytes: [204, 51, 255, 127, 0, 0, 0, 0]))
    }
}
