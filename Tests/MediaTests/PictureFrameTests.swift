import Engine
import Media
import Testing

@Suite struct PictureFrameTests {
    @Test func bytesAreClippedAndTruncated() {
        // 0.999 * 255 = 254.7 is 254, as in the release, not 255.
        let frame = Frame(width: 2, height: 1, rgb: [-0.5, 0.999, 1.5, 0.5, .nan, .infinity])
        #expect(Picture(frame) == Picture(width: 2, height: 1, channels: 3, bytes: [0, 254, 255, 127, 0, 255]))
    }

    @Test func transparentFramesBecomeStraightAlpha() {
        // Half covered by 0.4 premultiplied: the colour is 0.8. Not covered at all: black.
        let frame = Frame(width: 2, height: 1, rgb: [0.4, 0.1, 0.5, 0.3, 0.3, 0.3], alpha: [0.5, 0])
        #expect(Picture(frame) == Picture(width: 2, height: 1, channels: 4, bytes: [204, 51, 255, 127, 0, 0, 0, 0]))
    }
}
